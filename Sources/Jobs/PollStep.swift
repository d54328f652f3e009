/// What a vendor's file makes of a ticket or a reply: the progress, or one more call whose reply it needs.
package enum PollStep: Sendable {
    case progress(Progress)
    case call(Call)
}
