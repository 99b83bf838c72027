internal import Foundation
internal import ResilienceInterfaces

/// Queues in words for people.
enum CtlQueueWords {
  static func queue(_ queue: QueueStatus) -> String {
    let drain =
      switch (queue.isPaused, queue.inFlight) {
      case (true?, _): "delivery pauses"
      case (_, let inFlight?): "\(inFlight) of \(queue.allowed ?? 0) under way"
      default: "not delivered by this process"
      }
    return "\(queue.name)  \(queue.waiting) waiting, \(queue.blocked) behind others, \(queue.claimed) claimed, "
      + "\(queue.dead) dead, \(queue.completed) done  \(queue.bytes) bytes  \(drain)"
  }

  static func item(_ item: QueueItemStatus) -> String {
    let what = [item.metadata["method"], item.metadata["path"]].compactMap { $0 }.joined(separator: " ")
    let key = item.orderingKey.map { "  key \($0)" } ?? ""
    let note = item.note.map { "  \($0)" } ?? ""
    let time = Date(timeIntervalSince1970: Double(item.enqueued) / 1_000).formatted(.iso8601)
    let attempts = "\(item.attempts) \(item.attempts == 1 ? "attempt" : "attempts")"
    return "\(item.id)  \(time)  \(item.queue)  \(item.state)  \(attempts)  \(what)\(key)\(note)"
  }
}
