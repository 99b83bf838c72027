import Foundation
import Glibc
import Resilience
import Testing

/// `RESILIENCE_TEST_BOUNDARIES=all` tries every boundary, from `RESILIENCE_TEST_BOUNDARY_FROM` on, in
/// `RESILIENCE_TEST_LANES` programs side by side: `Scripts/boundaries` does so.
@Suite("Kills at the boundaries of the disk", .timeLimit(.minutes(60)))
struct DiskBoundaryTests {
  private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

  /// What is still to be done.
  private final class Commands: Sendable {
    private let rest: Lock<ArraySlice<String>>

    init(_ all: [String]) { self.rest = Lock(all[...]) }

    func next() -> String? { self.rest.withLock { $0.popFirst() } }
  }

  /// Where to kill: at every boundary, before it and amid it; or at a few, others in each run.
  private static func commands(upTo last: Int) -> [String] {
    if Self.variable("RESILIENCE_TEST_BOUNDARIES") == "all" {
      let first = Self.variable("RESILIENCE_TEST_BOUNDARY_FROM").flatMap { Int($0) } ?? 1
      return (min(max(1, first), last)...last).flatMap { ["kill \($0)", "tear \($0)"] }
    }
    let step = max(1, last / 4)
    let numbers = stride(from: Int.random(in: 1...step), through: last, by: step)
    return numbers.map { "\($0.isMultiple(of: 2) ? "kill" : "tear") \($0)" }
  }

  @Test("R5.3 killed at a write or synchronisation of the disk, or amid a write, the program loses nothing and starts")
  func boundaries() async throws {
    let shim = try await DiskShim()
    let delivered = DeliveryLog()
    let upstream = try ScriptedUpstream(remembers: false) { request in
      guard request.fields["X-Resilience-Queued"] != nil else { return .answer(503, [], "") }
      delivered.add(request.body)
      return .answer(200, [], "")
    }
    defer { upstream.stop() }
    let lanes = Self.variable("RESILIENCE_TEST_LANES").flatMap { Int($0) } ?? 1
    try await Stage.run {
      let whole = try await DiskScript(shim: shim, url: upstream.url, delivered: delivered).run("")
      #expect(!whole.wasKilled && whole.boundaries > 20)
      let commands = Commands(Self.commands(upTo: whole.boundaries))
      let kills = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<max(1, lanes) {
          let script = DiskScript(shim: try DiskShim(like: shim), url: upstream.url, delivered: delivered)
          group.addTask {
            var kills = 0
            while let command = commands.next() {
              if try await script.run(command).wasKilled { kills += 1 }
              if command.hasSuffix("0") { print("disk boundaries: \(command) is done") }
            }
            return kills
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(kills > 0)
      print("disk boundaries: \(kills) kills up to boundary \(whole.boundaries)")
    }
  }
}
