import Foundation
import Glibc
import ServerTestSupport
import Testing

/// `ResilienceTraces` as a real process: what other implementations are compared with.
@Suite struct TraceProgramTests {
  /// The program with a pipe for its input.
  private final class Running {
    let process: ChildProcess
    private let input: Int32
    /// What the process has printed lies here.
    private let folder: TestFolder

    init() throws {
      self.folder = try TestFolder()
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw Trouble("no pipe: \(String(cString: strerror(errno)))") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      self.input = ends[1]
      self.process = try ChildProcess(
        try Programs.traces(), [], folder: self.folder, name: "traces", descriptors: [0: ends[0]])
      close(ends[0])
    }

    func send(_ text: String) throws {
      let bytes = Array(text.utf8)
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes { write(self.input, $0.baseAddress, $0.count) }
        guard count > 0 else { throw Trouble("the program does not read: \(String(cString: strerror(errno)))") }
        sent += count
      }
    }

    func finish() { close(self.input) }
    deinit { self.process.end() }
  }

  private static let breaker =
    #"{"t":0,"op":"new","config":{"policy":"circuitBreaker","consecutiveFailures":3,"openDuration":"1s"}}"# + "\n"

  @Test("a person can talk to it: each line is answered before the next one comes")
  func interactive() async throws {
    let program = try Running()
    try program.send(Self.breaker)
    try await eventually("the first answer") {
      program.process.output == "{\"n\":0,\"t\":0,\"op\":\"new\"}\n"
    }
    try program.send("{\"t\":5,\"op\":\"acquire\",\"id\":\"1\"}\n")
    try await eventually("the second answer") {
      program.process.output.hasSuffix(
        "{\"n\":1,\"t\":5,\"op\":\"acquire\",\"id\":\"1\",\"allowed\":true,\"state\":\"closed\"}\n")
    }
    program.finish()
    let code = try await program.process.exit()
    #expect(code == 0 && program.process.errors.isEmpty)
  }

  @Test(
    "what it does not understand ends it with 2, the line's number and what was expected; what came before is answered")
  func unknown() async throws {
    let program = try Running()
    try program.send(
      Self.breaker + "{\"t\":5,\"op\":\"acquire\",\"id\":\"1\"}\n{\"t\":6,\"op\":\"aquire\",\"id\":\"2\"}\n")
    let code = try await program.process.exit()
    #expect(code == 2)
    #expect(program.process.errors.hasPrefix("error: line 3: op is \"aquire\"; expected one of new, acquire"))
    #expect(program.process.output.split(separator: "\n").count == 2)
    program.finish()
  }

  @Test("40,000 events come out in order, one answer for each, the last one without a line's end as well")
  func many() async throws {
    let program = try Running()
    var text = Self.breaker
    for number in 1...20_000 {
      text += "{\"t\":\(number),\"op\":\"acquire\",\"id\":\"\(number)\"}\n"
      text += "{\"t\":\(number),\"op\":\"success\",\"id\":\"\(number)\"}\n"
    }
    try program.send(String(text.dropLast()))
    program.finish()
    let code = try await program.process.exit()
    let answers = program.process.output.split(separator: "\n")
    #expect(code == 0 && answers.count == 40_001)
    #expect(answers.last == "{\"n\":40000,\"t\":20000,\"op\":\"success\",\"id\":\"20000\",\"state\":\"closed\"}")
    #expect(answers.enumerated().allSatisfy { $0.element.hasPrefix("{\"n\":\($0.offset),") })
  }
}
