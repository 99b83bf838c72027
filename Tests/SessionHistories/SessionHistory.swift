package import Resilience

/// What clients did with one session and heard, with the instants between which it took effect.
package struct SessionHistory: Sendable {
  package enum Request: Sendable, Hashable {
    case create(token: Int)
    case get
    /// Replaces the token if the version is the expected one; nil: whichever.
    case update(token: Int, expecting: Int64?)
    case delete
  }

  package enum Reply: Sendable, Hashable {
    case done(version: Int64, token: Int)
    case deleted
    case missing
    case exists
    case conflict
    /// Nobody knows whether it took effect.
    case unknown
  }

  package struct Call: Sendable {
    let request: Request
    let reply: Reply
    let began: Instant
    let ended: Instant

    package init(request: Request, reply: Reply, began: Instant, ended: Instant) {
      self.request = request
      self.reply = reply
      self.began = began
      self.ended = ended
    }
  }

  var calls: [Call] = []

  package init(calls: [Call] = []) { self.calls = calls }

  /// A session as the model has it.
  struct State: Hashable {
    var version: Int64 = 0
    var token = 0
    var isThere = false

    /// What a request does and is answered with.
    func applying(_ request: Request) -> (State, Reply) {
      var next = self
      switch request {
      case .create(let token):
        guard !self.isThere else { return (self, .exists) }
        next = State(version: 1, token: token, isThere: true)
        return (next, .done(version: 1, token: token))
      case .get:
        return (self, self.isThere ? .done(version: self.version, token: self.token) : .missing)
      case .update(let token, let expected):
        guard self.isThere else { return (self, .missing) }
        guard expected == nil || expected == self.version else { return (self, .conflict) }
        next.version += 1
        next.token = token
        return (next, .done(version: next.version, token: token))
      case .delete:
        guard self.isThere else { return (self, .missing) }
        return (State(), .deleted)
      }
    }
  }

  /// Whether some order of the calls, each between its beginning and its end, explains every reply.
  ///
  /// The algorithm of Wing and Gong with Lowe's memory of what was tried (as in Porcupine).
  package var isLinearizable: Bool {
    let sorted = self.calls.sorted { $0.began < $1.began }
    var search = Search(calls: sorted)
    return search.run()
  }

  private struct Search {
    let calls: [Call]
    struct Seen: Hashable {
      let rest: [Int]
      let state: State
    }
    var seen: Set<Seen> = []

    mutating func run() -> Bool { self.explain(Array(self.calls.indices), State()) }

    /// A deletion whose first answer was lost is told as done when the session is gone, whoever has removed it.
    private static func isGone(_ call: Call, _ reply: Reply) -> Bool { call.reply == .deleted && reply == .missing }

    /// Depth first: any call that began before every other one ended may be next.
    private mutating func explain(_ rest: [Int], _ state: State) -> Bool {
      if rest.allSatisfy({ self.calls[$0].reply == .unknown }) { return true }
      guard self.seen.insert(Seen(rest: rest, state: state)).inserted else { return false }
      let calls = self.calls
      let firstEnd = rest.filter { calls[$0].reply != .unknown }.map { calls[$0].ended }.min() ?? .max
      for (position, index) in rest.enumerated() {
        let call = self.calls[index]
        guard call.began <= firstEnd else { break }
        let (next, reply) = state.applying(call.request)
        guard call.reply == .unknown || reply == call.reply || Self.isGone(call, reply) else { continue }
        var others = rest
        others.remove(at: position)
        if self.explain(others, next) { return true }
      }
      return false
    }
  }
}
