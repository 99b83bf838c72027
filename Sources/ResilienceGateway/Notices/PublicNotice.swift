internal import Foundation
internal import ResilienceInterfaces

/// A notice as users and webhooks get it.
enum PublicNotice {
  /// The newest list as JSON.
  static func json(_ list: NoticeList) -> String { self.text(list) }

  /// One notice as JSON on one line.
  static func json(_ notice: ServiceNotice) -> String { self.text(notice) }

  /// The body of a webhook's request.
  static func event(_ notice: ServiceNotice) -> String {
    Webhook.body(type: "notice.\(notice.kind.rawValue)", at: notice.at, data: self.text(notice))
  }

  private static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return "null" }
    return String(decoding: data, as: UTF8.self)
  }
}
