/// An admission that somebody holds until the work has ended, for example until a body was streamed.
///
/// Completing twice does not compile; dropping it counts as ignored and gives the place back.
@frozen
public struct Permit<G: Gate>: ~Copyable {
  @usableFromInline var gate: G?
  @usableFromInline let token: Token
  @usableFromInline let context: Context

  @inlinable
  init(_ gate: G, _ token: Token, _ context: Context) {
    self.gate = gate
    self.token = token
    self.context = context
  }

  /// Reports how the work ended.
  ///
  /// - Parameters:
  ///   - verdict: What it says about the dependency.
  ///   - error: The cause, for explanations.
  @inlinable
  @inline(__always)
  public consuming func complete(_ verdict: Verdict, _ error: (any Error)? = nil) {
    // `discard self` wants trivially destroyed fields; an empty gate does as well.
    let gate = self.gate.take()
    if _slowPath(self.context.isTraced) { gate?.trace(verdict, in: self.context) }
    gate?.release(self.token, verdict, error, in: self.context)
  }

  /// Whether it is one of the limited admissions of a half-open breaker.
  @inlinable public var isProbe: Bool { self.token.serial & 0xFFFF_FFFF != 0 }

  @inlinable
  deinit {
    guard let gate = self.gate else { return }
    if _slowPath(self.context.isTraced) { gate.trace(.ignored, in: self.context) }
    gate.release(self.token, .ignored, nil, in: self.context)
  }
}
