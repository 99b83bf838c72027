internal import Resilience
internal import ResilienceInterfaces
internal import ResilienceQueue

/// An event of a queue as metrics and operators see it.
struct QueueEventText {
  /// The event's name in metrics.
  let kind: String
  /// What operators are told; nil for what happens with every request.
  let message: String?
  let isTrouble: Bool
  /// What only the log is told.
  let detail: String?

  init(_ event: QueueEvent) {
    switch event {
    case .enqueued: self.init("enqueued")
    case .repeated: self.init("repeated")
    case .refused(let failure): self.init("refused", "a request was not kept: \(failure.detail)", isTrouble: true)
    case .completed: self.init("completed")
    case .failed: self.init("failed")
    case .died(let item, let reason):
      self.init("died", "the request \(item.id) became a dead letter: \(reason)", isTrouble: true)
    case .paused(let reason, let delay): self.init("paused", "delivery pauses for \(delay.inWords): \(reason)")
    case .resumed: self.init("resumed", "delivery goes on")
    // Viewers read it too: where the store is, and what it said, stands in the log.
    case .storeFailed(let failure):
      self.init("store_failed", "the store failed: \(failure.kind.rawValue)", isTrouble: true, detail: "\(failure)")
    }
  }

  private init(_ kind: String, _ message: String? = nil, isTrouble: Bool = false, detail: String? = nil) {
    self.kind = kind
    self.message = message
    self.isTrouble = isTrouble
    self.detail = detail
  }
}
