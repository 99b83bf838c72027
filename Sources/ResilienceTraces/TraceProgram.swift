#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `ResilienceTraces`: reads events as lines of JSON, and answers each with what the library's policy
/// decides, in virtual
/// time.
///
/// Answers are written when no further input is there, so that it can be talked to line by line. What it does not
/// understand ends it with code 2 and the line's number.
@main
enum TraceProgram {
  private static let chunk = 1 << 16

  static func main() {
    var input: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    var session = TraceSession()
    var answer = TraceAnswer()
    while true {
      let count = buffer.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { self.end(1, "standard input cannot be read: \(String(cString: strerror(errno)))") }
      let isLast = count == 0
      if isLast, !input.isEmpty { input.append(0x0A) }
      input.append(contentsOf: buffer[..<count])
      let used = self.answer(input, &session, &answer)
      input.removeFirst(used)
      self.write(answer.bytes, to: 1)
      answer.clear()
      if isLast { return }
    }
  }

  /// Answers all whole lines.
  ///
  /// - Returns: How many bytes they have.
  private static func answer(_ input: [UInt8], _ session: inout TraceSession, _ answer: inout TraceAnswer) -> Int {
    input.withUnsafeBytes { bytes in
      var start = 0
      while let end = self.lineEnd(bytes, from: start) {
        let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        let sound = answer.bytes.count
        do throws(TraceFault) {
          try session.hear(line, &answer)
        } catch {
          answer.shorten(to: sound)
          self.write(answer.bytes, to: 1)
          self.end(2, "line \(session.answered + 1): \(error)")
        }
        start = end + 1
      }
      return start
    }
  }

  private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress,
      let found = memchr(base + start, 0x0A, bytes.count - start)
    else { return nil }
    return base.distance(to: UnsafeRawPointer(found))
  }

  private static func write(_ bytes: [UInt8], to file: Int32) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        #if canImport(Glibc)
          let count = Glibc.write(file, part.baseAddress, part.count)
        #elseif canImport(Musl)
          let count = Musl.write(file, part.baseAddress, part.count)
        #else
          let count = Darwin.write(file, part.baseAddress, part.count)
        #endif
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { exit(1) }  // nobody reads any more
        rest = rest.dropFirst(count)
      }
    }
  }

  private static func end(_ code: Int32, _ text: String) -> Never {
    self.write(Array("error: \(text)\n".utf8), to: 2)
    exit(code)
  }
}
