extension VendorTemplate {
    /// Begins each text that must be filled in; `check` rejects it.
    static let placeholder = "FILL IN: "

    /// A vendor as one JSON file, complete for an API of the usual form except for the placeholders.
    func data(in folder: String) -> (path: String, text: String) {
        let text = """
            {
              "vendor": "\(name)", "title": "\(title)", "docs": "FILL IN: the page of the API's reference", "host": "\(host)/v1",
              "auth": "bearer", "key": "\(variable)",
              "media": {"image": ["url", "inline"]},
              "poll_seconds": 5,

              "start": {
                "path": "/videos",
                "body": {"model": "{model}", "prompt": "{prompt}", "duration": "{seconds}", "resolution": "{tier}",
                         "aspect_ratio": "{ratio}", "image": "{first_frame}", "seed": "{seed}"}
              },
              "accepted": {"id": "id"},
              "status": {"path": "/videos/{id}"},
              "state": {"at": "status", "percent": "progress",
                        "words": {"queued": "queued", "running": "running", "done": "succeeded", "failed": "failed"}},
              "result": {"videos": "video.url"},
              "errors": {"code": "error.code", "message": "error.message"},

              "source": "FILL IN: the page that lists models and prices", "seen": "2026-01-01",
              "models": {
                "example": {"title": "Example", "upstream": "FILL IN: the vendor's name of the model", "modes": ["text", "image"],
                            "seconds": [5, 10], "tiers": ["720p"], "ratios": ["16:9", "9:16"], "seed": true}
              }
            }

            """
        return ((folder.hasSuffix("/") ? folder : folder + "/") + name + ".json", text)
    }
}
