/// An admission that is given back by hand, to the gate that it came from.
///
/// The cheapest form: `Gate.tryEnter` and `leave` neither suspend nor touch a reference count. It does not keep its
/// gate alive, its holder has to, and `leave` wants the gate anyway. It cannot be given back twice. To drop it is a
/// mistake that a debug build breaks off at: the place would be lost. Where that is hard to rule out, hold a `Permit`.
@frozen
public struct Entry: ~Copyable, Sendable {
  @usableFromInline let token: Token

  @inlinable
  init(_ token: Token) { self.token = token }

  /// Whether it is one of the limited admissions of a half-open breaker.
  @inlinable public var isProbe: Bool { self.token.serial != 0 }

  @inlinable
  consuming func used() -> Token {
    let token = self.token
    discard self
    return token
  }

  @inlinable
  deinit { assertionFailure("an entry was dropped: give it back with leave(_:_:) of the gate that it came from") }
}
