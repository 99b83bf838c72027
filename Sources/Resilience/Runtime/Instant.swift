/// Nanoseconds of a runtime's clock, counted from an origin that only the runtime knows.
///
/// An `Int64` because it travels on the hot path; public initialisers take `Duration`. Instants of different runtimes
/// have nothing to do with each other.
public typealias Instant = Int64
