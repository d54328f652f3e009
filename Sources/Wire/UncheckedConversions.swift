/// The standard library's conversions from floating point trap on NaN, infinities and what does not fit: one such number from outside ended
/// the process. A declaration of the same signature in a module takes the place of the standard library's, so the compiler refuses
/// them (warnings are errors) in every file that imports this module. Narrower types stay out: they slow the type checker down, and no
/// foreign number is kept in them. Use `Number`, or `init(exactly:)`.

extension Int {
    @available(*, deprecated, message: "traps on NaN and overflow: use Number or init(exactly:)")
    package init(_ value: Double) { self = Int(exactly: value.rounded(.towardZero)) ?? 0 }

    @available(*, deprecated, message: "traps on NaN and overflow: use Number or init(exactly:)")
    package init<Value: BinaryFloatingPoint>(_ value: Value) { self = Int(exactly: value.rounded(.towardZero)) ?? 0 }
}

extension Int64 {
    @available(*, deprecated, message: "traps on NaN and overflow: use Number or init(exactly:)")
    package init(_ value: Double) { self = Int64(exactly: value.rounded(.towardZero)) ?? 0 }

    @available(*, deprecated, message: "traps on NaN and overflow: use Number or init(exactly:)")
    package init<Value: BinaryFloatingPoint>(_ value: Value) { self = Int64(exactly: value.rounded(.towardZero)) ?? 0 }
}

extension Duration {
    @available(*, deprecated, message: "traps on NaN and overflow: use Number.duration(seconds:)")
    package static func seconds(_ value: Double) -> Duration { Number.duration(seconds: value) ?? .zero }

    @available(*, deprecated, message: "traps on NaN and overflow: use Number.duration(seconds:)")
    package static func milliseconds(_ value: Double) -> Duration { Number.duration(seconds: value / 1000) ?? .zero }

    @available(*, deprecated, message: "traps on NaN and overflow: use Number.duration(seconds:)")
    package static func microseconds(_ value: Double) -> Duration { Number.duration(seconds: value / 1_000_000) ?? .zero }
}
