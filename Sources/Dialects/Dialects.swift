/// All dialects. Where several have the same path, the first one gets the request.
package enum Dialects {
    package static let all: [any Dialect] = [
        OpenAI(),
        Siraya(),
        Siray(),
        ImageRouter(),
        LTX(),
        AIMLAPI(),
    ]
}
