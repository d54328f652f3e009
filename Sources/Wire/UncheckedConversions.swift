/// The standard library's conversions from floating point trap on NaN, infinities and values out of range: one such number from outside
/// could end the process. A declaration with the same signature shadows that of the standard library, so the compiler rejects it (warnings
/// are errors) in every file that imports this module. Narrower types are left out: they slow the type checker down, and hold no numbers
/// from outside. Use `Number`, or `init(exactly:)`.

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
