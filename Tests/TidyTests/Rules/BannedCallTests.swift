import Testing

@Suite("Banned calls")
struct BannedCallTests {
  /// What may not be written below L3, and what to write instead: everything that leaves the deterministic world.
  static let pure: [(pattern: String, instead: String)] = [
    ("Task.sleep", "the Runtime's timers (Parking)"),
    ("Thread.sleep", "the Runtime's timers (Parking)"),
    ("usleep(", "the Runtime's timers (Parking)"),
    ("nanosleep(", "the Runtime's timers (Parking)"),
    ("ContinuousClock", "context.runtime.now()"),
    ("SuspendingClock", "context.runtime.now()"),
    ("Date(", "context.runtime.now(), or an instant that is passed in"),
    ("Date.now", "context.runtime.now(), or an instant that is passed in"),
    ("clock_gettime", "context.runtime.now()"),
    ("gettimeofday", "context.runtime.now()"),
    ("Task {", "a task group, or Runtime.spawn for what outlives its caller"),
    ("Task(", "a task group, or Runtime.spawn for what outlives its caller"),
    ("Task.init", "a task group, or Runtime.spawn for what outlives its caller"),
    ("Task.detached", "a task group, or Runtime.spawn for what outlives its caller"),
    ("Task.immediate", "a task group, or Runtime.spawn for what outlives its caller"),
    ("DispatchQueue", "structured concurrency"),
    ("DispatchTime", "context.runtime.now()"),
    ("SystemRandomNumberGenerator", "context.runtime.random()"),
    (".random(in:", "context.runtime.random(), or a generator that is passed in"),
    ("Bool.random()", "context.runtime.random(), or a generator that is passed in"),
    (".randomElement()", "a generator that is passed in"),
    (".shuffled()", "a generator that is passed in"),
    (".shuffle()", "a generator that is passed in"),
    ("arc4random", "context.runtime.random()"),
  ]

  /// What may not be written anywhere in Sources.
  static let everywhere: [(pattern: String, instead: String)] = [
    ("try!", "try, and an error that says what to do"),
    ("as!", "as? and an error that says what to do"),
    ("fatalError(", "a typed error"),
    ("Mutex(", "Lock"),
    ("Mutex<", "Lock"),
    ("NSLock(", "Lock"),
    ("NSRecursiveLock(", "Lock"),
    ("NIOLock(", "Lock"),
    ("NIOLockedValueBox(", "Lock"),
    ("pthread_mutex_init", "Lock"),
    ("OSAllocatedUnfairLock", "Lock"),
  ]

  @Test("Below L3 nothing reads a clock, sleeps, draws from the system's randomness or starts a loose task")
  func pureLayers() { Violation.report(Self.pureViolations(.here)) }

  @Test("Nothing in Sources traps, prints or has a lock of its own")
  func allSources() { Violation.report(Self.sourceViolations(.here)) }

  @Test("Every banned call is found", arguments: Self.pure.map(\.pattern))
  func badPure(pattern: String) {
    let repository = Repository(["Sources/ResilienceHealth/A.swift": "func f() {\n  Int\(pattern)x\n  \(pattern)x\n}"])
    let lines = Set(Self.pureViolations(repository).map(\.line))
    #expect(lines.contains(3))
    #expect(pattern.hasPrefix(".") || !lines.contains(2))
  }

  @Test("Every call that is banned everywhere is found", arguments: Self.everywhere.map(\.pattern))
  func badEverywhere(pattern: String) {
    let repository = Repository(["Sources/ResilienceCLI/A.swift": "let a = \(pattern) b"])
    #expect(Self.sourceViolations(repository).count == 1)
  }

  @Test("Printing outside of the program, and unfinished work, are found")
  func badPrint() {
    let repository = Repository([
      "Sources/ResilienceGateway/A.swift": "print(1)\nx.print(1)\nsprint(1)\n// \("TO" + "DO") later",
      "Sources/ResilienceCLI/A.swift": "print(1)",
    ])
    #expect(Self.sourceViolations(repository).map(\.line) == [1, 4])
  }

  @Test("What has its place there, and what only looks alike, is passed")
  func good() {
    let repository = Repository([
      "Sources/Resilience/Runtime/LiveTime.swift": "clock_gettime(a, &b); pthread_mutex_init(c, nil)",
      "Sources/Resilience/Runtime/LiveRuntime+Spawn.swift": "Task { }",
      "Sources/Resilience/Timeout/Child.swift": "Task.immediate(executorPreference: a) { }",
      "Sources/Resilience/Support/Lock.swift": "self.mutex = Mutex(a)",
      "Sources/ResilienceSimulation/Simulation.swift": "Task(executorPreference: self) { }",
      "Sources/Resilience/Retry/Jitter.swift": """
      // Task { } is banned
      let a = Double.random(in: 0...1, using: &generator), b = "Task.sleep", c: Task<Void, Never>, d = Task.isCancelled
      group.addTask { await withTaskGroup(of: Void.self) { _ in } }
      let e = UpDate(1)
      """,
    ])
    #expect(Self.pureViolations(repository).isEmpty)
    #expect(Self.sourceViolations(repository).isEmpty)
  }

  static func pureViolations(_ repository: Repository) -> [Violation] {
    repository.swift(below: "Sources").filter { (LayerTable.layer(of: $0.module) ?? 0) <= 2 }
      .filter { !LayerTable.isLiveRuntime($0.path) }
      .flatMap { file in
        file.code.enumerated().flatMap { index, line in
          Self.pure.filter { Scanning.contains(line, $0.pattern) && !Self.isAllowed($0.pattern, line, file) }
            .map { Violation(file, index, "\($0.pattern) is banned below L3", use: $0.instead) }
        }
      }
  }

  private static func isAllowed(_ pattern: String, _ line: String, _ file: TextFile) -> Bool {
    switch pattern {
    case ".random(in:": line.contains("using:")
    // The child of a time-out inherits the caller's task executor, so it stays inside of a deterministic one.
    case "Task.immediate": file.path.hasPrefix("Sources/Resilience/Timeout/")
    // The timers' thread waits on a condition variable, which Lock has not.
    case "pthread_mutex_init": LayerTable.isLiveRuntime(file.path)
    // The simulation starts a world's first job on its own executor.
    case "Task(": file.module == "ResilienceSimulation" && line.contains("Task(executorPreference:")
    default: false
    }
  }

  static func sourceViolations(_ repository: Repository) -> [Violation] {
    repository.swift(below: "Sources").flatMap { file in
      file.lines.indices.flatMap { index in Self.sourceViolations(file, index) }
    }
  }

  private static func sourceViolations(_ file: TextFile, _ index: Int) -> [Violation] {
    let line = file.code[index]
    var found: [Violation] = []
    if file.path != LayerTable.lockFile {
      found += Self.everywhere.filter { Scanning.contains(line, $0.pattern) && !Self.isAllowed($0.pattern, line, file) }
        .map { Violation(file, index, "\($0.pattern) is banned", use: $0.instead) }
    }
    if file.module != "ResilienceCLI" && Scanning.contains(line, "print(", afterDot: false) {
      found.append(
        Violation(file, index, "printing is for the program", use: "an event, or swift-log in L3 and above,"))
    }
    let unfinished: Set<String> = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
    if let mark = Scanning.words(file.lines[index]).first(where: { unfinished.contains($0.word) }) {
      found.append(Violation(file, index, "\(mark.word) stays for ever", use: "finished work, or an issue"))
    }
    return found
  }
}
