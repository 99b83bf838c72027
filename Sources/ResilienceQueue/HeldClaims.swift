internal import Resilience
internal import ResilienceInterfaces

/// The claims of a piece of work that are to be renewed, and which of them were lost.
final class HeldClaims: Sendable {
  private struct State {
    var held: [QueueClaim]
    /// By the items' sequence numbers.
    var lost: Set<Int64> = []
    /// Of what the handler works on now.
    var watched: Set<Int64> = []
    var alarm: AsyncStream<Void>.Continuation?
  }

  private let state: Lock<State>

  init(_ claims: [QueueClaim]) { self.state = Lock(State(held: claims)) }

  /// Neither settled nor lost.
  var all: [QueueClaim] { self.state.withLock { $0.held } }

  /// Somebody else has the item, or will have it.
  func lose(_ claim: QueueClaim) {
    let sequence = claim.item.sequence
    let alarm = self.state.withLock { state -> AsyncStream<Void>.Continuation? in
      state.held.removeAll { $0.item.sequence == sequence }
      state.lost.insert(sequence)
      return state.watched.contains(sequence) ? state.alarm : nil
    }
    alarm?.yield()
  }

  /// It is said what becomes of their items: they need not be renewed any more.
  func settled(_ claims: [QueueClaim]) {
    let sequences = Set(claims.map(\.item.sequence))
    self.state.withLock { state in state.held.removeAll { sequences.contains($0.item.sequence) } }
  }

  /// An element as soon as one of these claims is lost; nil: one is already.
  ///
  /// Takes the place of the stream before.
  func losses(among claims: [QueueClaim]) -> AsyncStream<Void>? {
    let sequences = Set(claims.map(\.item.sequence))
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    let isLost = self.state.withLock { state -> Bool in
      state.watched = sequences
      state.alarm = continuation
      return !state.lost.isDisjoint(with: sequences)
    }
    return isLost ? nil : stream
  }
}
