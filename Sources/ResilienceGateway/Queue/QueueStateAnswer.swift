internal import Foundation
internal import ResilienceInterfaces

/// What a caller may know of a request that was kept: its state, and nothing about the dependency or other requests.
struct QueueStateAnswer: Codable {
  let id: String
  /// queued, delivering, delivered or undeliverable.
  let state: String
  let position: Int?
  let attempts: Int
  /// The dependency's answer, once delivered.
  let status: Int?

  init(_ item: QueueItem, position: Int?) {
    self.id = item.id
    self.position = position
    self.attempts = item.attempts
    self.status = item.state == .completed ? item.note.flatMap { Int($0) } : nil
    self.state =
      switch item.state {
      case .waiting, .blocked: "queued"
      case .claimed: "delivering"
      case .completed: "delivered"
      case .dead: "undeliverable"
      }
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
