import Testing

@testable import ResilienceTraces

/// Plays a trace in this process.
enum TraceRunner {
  /// The answers, line by line; the fault that ended it is the last.
  static func play(_ lines: [String]) -> [String] {
    var session = TraceSession()
    var answer = TraceAnswer()
    for line in lines {
      let before = answer.bytes.count
      do {
        try Array(line.utf8).withUnsafeBytes { try session.hear($0, &answer) }
      } catch {
        answer.shorten(to: before)
        return Self.lines(answer) + ["line \(session.answered + 1): \(error)"]
      }
    }
    return Self.lines(answer)
  }

  private static func lines(_ answer: TraceAnswer) -> [String] {
    String(decoding: answer.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// A trace in short: `5 acquire 1`, `9 failure 1 dur 4`; the answers as `yes closed`, `no open`, `closed`.
  static func short(_ config: String, _ events: [String]) -> [String] {
    let lines = events.map { event in
      let words = event.split(separator: " ")
      let duration = words.count > 4 ? ",\"dur_ms\":\(words[4])" : ""
      return "{\"t\":\(words[0]),\"op\":\"\(words[1])\",\"id\":\"\(words[2])\"\(duration)}"
    }
    return Self.play(["{\"t\":0,\"op\":\"new\",\"config\":\(config)}"] + lines).dropFirst().map(Self.shortened)
  }

  private static func shortened(_ answer: String) -> String {
    guard answer.hasPrefix("{") else { return answer }
    var words: [String] = []
    if answer.contains("\"allowed\":true") { words.append("yes") }
    if answer.contains("\"allowed\":false") { words.append(answer.contains("\"queued\":true") ? "queued" : "no") }
    for key in ["state", "granted", "refused"] {
      guard let start = answer.firstRange(of: "\"\(key)\":") else { continue }
      let rest = answer[start.upperBound...]
      let end = rest.firstIndex { $0 == (rest.first == "[" ? "]" : ",") || $0 == "}" } ?? rest.endIndex
      let value = rest[..<end].filter { $0 != "\"" && $0 != "[" }
      words.append(key == "state" ? value : "\(key) \(value)")
    }
    return words.joined(separator: " ")
  }
}
