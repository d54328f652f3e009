/// All dialects, in the order in which they claim paths that several of them share.
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
