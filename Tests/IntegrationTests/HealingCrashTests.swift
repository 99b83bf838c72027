import Foundation
import Glibc
import ServerTestSupport
import Testing

@Suite("Healing and supervision through kill -9", .timeLimit(.minutes(60)))
struct HealingCrashTests {
  /// A workflow whose action and verification wait for files, so that the program can be ended in either.
  private static let settings = ProgramSettings.dependencies(
    (
      "up", "url: \"http://127.0.0.1:9\", retry: false, bulkhead: { maxConcurrent: 20 }"
    )
  ).with {
    $0.storage = "sqlite:{folder}/state.db"
    $0.top = """
      healing: { workflows: [ { name: mend, maxAttempts: 3, backoff: 30s, actions: [
        { limit: { dependency: up, maxConcurrent: 3 } },
        { command: { run: [ /bin/sh, -c,
          "echo acted >> {folder}/acts; until test -e {folder}/go; do sleep 0.05; done; test ! -e {folder}/bad" ] } } ],
        verify: { command: { run: [ /usr/bin/test, -e, "{folder}/well" ] }, interval: 20ms, timeout: 10s } } ] }
      """
  }

  private static func phase(_ program: ServedProgram, _ phase: String) async throws {
    try await eventually("the run is \(phase)") { try await program.runs(of: "mend").first?["phase"].string == phase }
  }

  @Test(
    "R10.1 killed while acting, verifying or waiting, the next start verifies, or rolls back, and acts no second time",
    arguments: ["acting", "verifying", "waiting"], [true, false])
  func killed(phase: String, isWell: Bool) async throws {
    try await ServedProgram.run(Self.settings) { program in
      if phase != "acting" { _ = try program.folder.write("", to: "go") }
      if phase == "waiting" { _ = try program.folder.write("", to: "bad") }
      try await program.startWorkflow("mend")
      try await Self.phase(program, phase)
      try await eventually("the command runs") { program.lines("acts").count == 1 }
      program.crash()
      _ = try program.folder.write("", to: "go")
      if isWell { _ = try program.folder.write("", to: "well") }
      try await program.start()
      let run = try await program.endedRun(of: "mend")
      #expect(run["result"] == (isWell ? "healed" : "failed"), "\(run.encoded)")
      #expect(program.lines("acts").count == 1, "it acted twice")
      let states = run["steps"].elements.map { $0["state"].string ?? "" }
      #expect(!states.contains("intended"), "\(states)")
      if phase == "acting" { #expect(states.contains("unknown"), "\(states)") }
      let undone = run["steps"].elements.filter { $0["kind"] == "undo" && $0["state"] == "done" }
      #expect(undone.count == (isWell && phase != "waiting" ? 0 : 1), "\(run.encoded)")
    }
  }

  @Test("R10.5 after kill -9 what was left behind is ended, with what it had started, and nothing runs twice")
  func orphans() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\"")).with {
      $0.storage = "sqlite:{folder}/state.db"
      $0.top = """
        supervised:
          - { name: a, run: [ /bin/sh, -c, "sleep 1000 & echo $! > {folder}/child; wait" ], stopGrace: 500ms }
          - { name: b, run: [ /bin/sh, -c, "trap '' TERM; while :; do sleep 0.1; done" ], stopGrace: 300ms }
        """
    }
    try await ServedProgram.run(settings) { program in
      let (a, b) = (try await program.pid(of: "a"), try await program.pid(of: "b"))
      let child = try await eventually("its child runs") { program.lines("child").first.flatMap { Int32($0) } }
      program.crash()
      for pid in [a, b, child] { #expect(kill(pid, 0) == 0, "\(pid) is left behind") }
      try await program.start()
      let (newA, newB) = (try await program.pid(of: "a"), try await program.pid(of: "b"))
      #expect(newA != a && newB != b)
      for pid in [a, b, child] {
        try await eventually("\(pid) is gone") { Self.hasEnded(pid) }
      }
      let events = try await program.operate("GET", "/metrics").body
      #expect(events.contains("resilience_supervised_process_up{service=\"outside\",process=\"a\"} 1"))
      program.signal(SIGTERM)
      #expect(try await program.exit() == 0)
      for pid in [newA, newB] { #expect(Self.hasEnded(pid), "\(pid) outlives the program") }
    }
  }

  /// Gone, or a zombie that nobody has reaped yet.
  private static func hasEnded(_ pid: Int32) -> Bool {
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return true }
    return String(decoding: data, as: UTF8.self).split(separator: ")").last?.hasPrefix(" Z") ?? true
  }
}
