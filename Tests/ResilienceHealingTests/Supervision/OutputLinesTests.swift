import Testing

@testable import ResilienceHealing

@Suite("What processes print")
struct OutputLinesTests {
  @Test("R10.5 lines are whole however the bytes come, long ones are cut, and a flood is counted instead of passed on")
  func lines() {
    var lines = OutputLines()
    #expect(lines.add(Array("ab".utf8), at: 0).isEmpty)
    #expect(lines.add(Array("c\r\nd\n\n".utf8), at: 0) == ["abc", "d", ""])
    let long = lines.add(Array(repeating: 65, count: 10_000) + [10], at: 0)
    #expect(long.map(\.utf8.count) == [OutputLines.longestLine + 3])
    var flood = OutputLines()
    let passed = flood.add(Array(repeating: [66, 10], count: 1_000).flatMap { $0 }, at: 0)
    #expect(passed.count == OutputLines.mostLinesPerSecond)
    #expect(flood.add([67, 10], at: 1_000_000_000) == ["(800 lines dropped)", "C"])
    #expect(flood.add([68], at: 1_000_000_000).isEmpty)
    #expect(flood.end(at: 1_000_000_000) == ["D"])
  }

  @Test("R10.2 of a command's output its end is kept, and no secret")
  func tail() {
    var tail = OutputTail(limit: 5)
    tail.append(Array("abc".utf8))
    tail.append(Array("defg\n".utf8))
    #expect(tail.text == "…defg")
    let command = Command("x", secrets: ["hunter22", "a"])
    #expect(command.redacted("a password hunter22!") == "a password (redacted)!")
  }

  @Test("R10.5 limits are set by a fixed script; arguments reach it as parameters")
  func limits() {
    let plain = Command("/bin/true", ["$(x)"])
    #expect(plain.limited.program == "/bin/true")
    let limited = Command("/bin/true", ["$(x)"], maxOpenFiles: 64, maxMemoryKiB: 1_000).limited
    #expect(limited.program == "/bin/sh")
    #expect(
      limited.arguments == [
        "-c", "ulimit -n 64 || exit 126; ulimit -v 1000 || exit 126; exec \"$0\" \"$@\"", "/bin/true", "$(x)",
      ])
  }
}
