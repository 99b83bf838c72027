import Resilience
import ResilienceInterfaces
import Testing

@testable import ResilienceHealing

@Suite("Real processes under supervision", .timeLimit(.minutes(20)))
struct ProcessSupervisorTests {
  private static func shell(_ script: String) -> Command {
    Command("/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
  }

  private static func quick(_ name: String, _ script: String) -> SupervisedProcess {
    var process = SupervisedProcess(name, Self.shell(script))
    process.restart.initialDelay = .milliseconds(20)
    process.restart.maxDelay = .milliseconds(100)
    process.stopGrace = .milliseconds(500)
    return process
  }

  private static func run(
    _ processes: [SupervisedProcess], _ store: InMemoryControlStore = InMemoryControlStore(),
    _ body: (ProcessSupervisor, SupervisionJournal) async throws -> Void
  ) async throws {
    let journal = SupervisionJournal()
    let supervisor = ProcessSupervisor(
      processes, store: store, mark: "tests \(Runtime.live.random())", observer: journal,
      wallClock: { Runtime.live.now() / 1_000_000 })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await supervisor.run() }
      try await body(supervisor, journal)
      supervisor.stop()
      try await group.waitForAll()
    }
    for pid in journal.pids { #expect(SystemProcesses.status(of: pid) == nil, "\(pid) is still there") }
    #expect(try await store.loadProcesses().isEmpty)
  }

  @Test("R10.5 a process that is killed is started again, and both it and what it had started end with the supervisor")
  func killed() async throws {
    try await Self.run([Self.quick("w", "sleep 1000 & echo child $!; wait")]) { supervisor, journal in
      #expect(await eventually { journal.lines.count == 1 })
      let first = try #require(journal.pids.first)
      SystemProcesses.send(SystemProcesses.kill, to: first)
      #expect(await eventually { journal.lines.count == 2 && supervisor.health(of: "w") == .healthy })
      #expect(journal.endings == ["signal 9"])
      let child = try #require(journal.lines.first?.split(separator: " ").last.flatMap { Int64($0) })
      #expect(await eventually { SystemProcesses.status(of: child)?.hasEnded ?? true }, "its child ended with it")
      #expect(supervisor.statuses().first?.restarts == 1)
    }
  }

  @Test("R10.5 a process that ends at once is in a crash loop, and its program that is not there is told")
  func crashLoop() async throws {
    var missing = Self.quick("missing", "")
    missing.command = Command("/nowhere/at/all")
    try await Self.run([Self.quick("w", "exit 3"), missing]) { supervisor, journal in
      #expect(await eventually { journal.isLooping && journal.endings.count >= 4 })
      #expect(journal.endings.allSatisfy { $0 == "exit code 3" })
      let status = supervisor.statuses()
      #expect(await eventually { supervisor.statuses()[1].state == .crashLoop })
      #expect(status[1].pid == nil && supervisor.health(of: "missing") == .unhealthy)
    }
  }

  @Test(
    "R10.5 restarting by name brings up another process; one that ignores its stop signal is killed after the grace")
  func restart() async throws {
    try await Self.run([Self.quick("w", "trap '' TERM; echo up; while :; do sleep 1; done")]) { supervisor, journal in
      #expect(await eventually { journal.lines == ["up"] })
      let text = try await supervisor.restart("w")
      #expect(journal.pids.count == 2 && text.contains("\(journal.pids[1])"))
      #expect(journal.endings == ["signal 9"])
      await #expect(throws: HealingTrouble.self) { try await supervisor.restart("x") }
    }
  }

  @Test("R10.5 a process that does not pass its check is restarted, with growing waits")
  func check() async throws {
    var process = Self.quick("w", "echo up; exec sleep 1000")
    process.check = SupervisedProcess.Check(
      CommandVerification(Self.shell("exit 1")), interval: .milliseconds(30), timeout: .seconds(5), fall: 2)
    try await Self.run([process]) { supervisor, journal in
      #expect(await eventually { journal.pids.count >= 4 && journal.isLooping })
    }
  }

  @Test("R10.5 the environment holds what is named, limits hold, and secrets are not in what is passed on")
  func environment() async throws {
    var process = Self.quick("w", "env | sort | grep -v '^_=\\|^PWD=\\|^SHLVL=\\|^OLDPWD='; ulimit -n; exec sleep 1000")
    process.command.environment["KEY"] = "hunter22"
    process.command.secrets = ["hunter22"]
    process.command.maxOpenFiles = 77
    try await Self.run([process]) { supervisor, journal in
      #expect(await eventually { journal.lines.contains("77") }, "\(journal.lines)")
      let variables = journal.lines.filter { $0.contains("=") }.map { $0.prefix { $0 != "=" } }
      #expect(variables.sorted() == ["KEY", "PATH", "RESILIENCE_SUPERVISION"], "\(journal.lines)")
      #expect(journal.lines.contains("KEY=(redacted)"))
    }
  }

  @Test("R10.5 other settings end what is gone, start what is new, and restart what has changed")
  func replaced() async throws {
    try await Self.run([Self.quick("a", "exec sleep 1000"), Self.quick("b", "exec sleep 1000")]) {
      supervisor, journal in
      #expect(await eventually { journal.pids.count == 2 })
      supervisor.replace([Self.quick("b", "exec sleep 1001"), Self.quick("c", "exec sleep 1000")])
      #expect(await eventually { journal.pids.count == 4 && journal.endings.count == 2 })
      #expect(supervisor.statuses().map(\.name) == ["b", "c"])
      supervisor.replace([Self.quick("b", "exec sleep 1001")])
      supervisor.replace([Self.quick("b", "exec sleep 1001"), Self.quick("c", "exec sleep 1000")])
      #expect(await eventually { supervisor.health(of: "c") == .healthy })
    }
  }

  @Test("R10.2 a command's output, end and time-out are told; what it leaves behind ends with it")
  func commands() async throws {
    let good = try await CommandAction(Self.shell("echo hello; sleep 1000 & exit 0")).perform(in: Context())
    #expect(good == "exit code 0: hello")
    await #expect(throws: HealingTrouble.self) {
      try await CommandAction(Self.shell("echo bad >&2; exit 4")).perform(in: Context())
    }
    await #expect(throws: Rejection.self) {
      try await CommandAction(Self.shell("sleep 1000"), timeout: .milliseconds(200)).perform(in: Context())
    }
    await #expect(throws: HealingTrouble.self) {
      try await CommandAction(Command("/nowhere")).perform(in: Context())
    }
    #expect(try await CommandVerification(Command("/bin/true")).isHealed(in: Context()))
    #expect(try await !CommandVerification(Command("/bin/false")).isHealed(in: Context()))
  }
}
