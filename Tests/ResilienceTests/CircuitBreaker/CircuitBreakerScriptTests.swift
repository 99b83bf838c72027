import Resilience
import Testing

/// Histories that a person can read: on each line the time in seconds, what happens, and what shows afterwards.
@Suite struct CircuitBreakerScriptTests {
  /// Events: `admit a` lets call a in, `admit a 0.5` with what chance draws; `ok a`, `failed a`, `ignored a` end it;
  /// `isolate 5`, `observe`, `release`, `reset` are the operator's; `restart 5` saves, waits and restores; `look` only
  /// looks.
  ///
  /// Shown: the state, and `refused` with when to come back; while recovering the share that is admitted.
  struct Script: Sendable, CustomTestStringConvertible {
    let name: String
    let configuration: CircuitBreaker.Configuration
    let lines: String
    var testDescription: String { self.name }
  }

  static let base = CircuitBreaker.Configuration(
    consecutiveFailures: 2, openDuration: .seconds(10), permittedProbes: 2, successThreshold: 2,
    maxHalfOpenDuration: .seconds(20))
  static func base(_ change: (inout CircuitBreaker.Configuration) -> Void) -> CircuitBreaker.Configuration {
    var configuration = Self.base
    change(&configuration)
    return configuration
  }

  static let scripts = [
    Script(
      name: "closes at once when the probes have succeeded", configuration: Self.base,
      lines: """
        0    admit a      closed
        0    failed a     closed
        1    admit b      closed
        1    failed b     open
        5    admit c      open, refused 6
        11   admit d      halfOpen
        11   admit e      halfOpen
        12   admit f      halfOpen, refused
        12   ok d         halfOpen
        13   ok e         closed
        """),
    Script(
      name: "half-open by a rate: two of four may fail, the third opens, before the rest has ended",
      configuration: Self.base {
        $0.halfOpenFailureRateThreshold = 0.6
        $0.successThreshold = 4
        $0.permittedProbes = 4
      },
      lines: """
        0    admit a      closed
        0    failed a     closed
        0    admit b      closed
        0    failed b     open
        10   admit c      halfOpen
        10   failed c     halfOpen
        10   admit d      halfOpen
        11   failed d     halfOpen
        11   admit e      halfOpen
        11   ok e         halfOpen
        11   admit f      halfOpen
        12   failed f     open
        22   admit g      halfOpen
        22   ignored g    halfOpen
        22   admit h      halfOpen
        22   failed h     halfOpen
        22   admit i      halfOpen
        22   failed i     halfOpen
        22   admit j      halfOpen
        22   ok j         halfOpen
        22   admit k      halfOpen
        22   ok k         closed
        """),
    Script(
      name: "half-open by a rate closes as soon as nothing can change it",
      configuration: Self.base {
        $0.halfOpenFailureRateThreshold = 0.5
        $0.successThreshold = 5
      },
      lines: """
        0    admit a      closed
        0    failed a     closed
        0    admit b      closed
        0    failed b     open
        10   admit c      halfOpen
        10   ok c         halfOpen
        10   admit d      halfOpen
        10   ok d         halfOpen
        10   admit e      halfOpen
        10   ok e         closed
        """),
    Script(
      name: "ramped recovery: a growing share, and the refused come back when it has reached their draw",
      configuration: Self.base { $0.ramp = .seconds(90) },
      lines: """
        0    admit a      closed
        0    failed a     closed
        0    admit b      closed
        0    failed b     open
        10   admit c      halfOpen
        10   ok c         halfOpen
        10   admit d      halfOpen
        10   ok d         halfOpen, 10 %
        10   admit e .05  halfOpen, 10 %
        10   admit f .11  halfOpen, 10 %, refused 1
        10   admit g .4   halfOpen, 10 %, refused 30
        40   admit g .39  halfOpen, 40 %
        40   admit h .4   halfOpen, 40 %, refused 0
        55   admit i .99  halfOpen, 55 %, refused 44
        90   failed e     halfOpen, 90 %
        90   ok g         halfOpen, 90 %
        99.9 admit j .999 halfOpen, 99.9 %, refused 0
        100  look         closed
        100  admit k      closed
        """),
    Script(
      name: "ramped recovery: what opens a closed breaker opens a ramping one, and the open time grows",
      configuration: Self.base {
        $0.ramp = .seconds(90)
        $0.openDurationFactor = 2
      },
      lines: """
        0    admit a      closed
        0    failed a     closed
        0    admit b      closed
        0    failed b     open
        10   admit c      halfOpen
        10   ok c         halfOpen
        10   admit d      halfOpen
        10   ok d         halfOpen, 10 %
        20   admit e 0    halfOpen, 20 %
        20   admit f 0    halfOpen, 20 %
        20   failed e     halfOpen, 20 %
        21   failed f     open
        22   admit g      open, refused 19
        41   admit g      halfOpen
        41   ok g         halfOpen
        41   admit h      halfOpen
        41   ok h         halfOpen, 10 %
        131  admit i      closed
        131  failed i     closed
        131  admit j      closed
        131  failed j     open
        132  admit k      open, refused 9
        """),
    Script(
      name: "a restart keeps the rest of the open time, and an operator's decision the rest of its own",
      configuration: Self.base,
      lines: """
        0    admit a      closed
        0    failed a     closed
        0    restart 3    closed
        3    admit b      closed
        3    failed b     open
        4    restart 5    open
        9    admit c      open, refused 4
        13   admit c      halfOpen
        13   restart 0    open
        13   admit d      halfOpen
        13   ok c         halfOpen
        13   ok d         halfOpen
        14   isolate 9    isolated
        15   restart 2    isolated
        17   admit e      isolated, refused 6
        18   restart 7    closed
        25   admit e      closed
        """),
    Script(
      name: "an operator ends a ramp, and when he lets go it begins again closed",
      configuration: Self.base { $0.ramp = .seconds(90) },
      lines: """
        0    admit a      closed
        0    failed a     closed
        0    admit b      closed
        0    failed b     open
        10   admit c      halfOpen
        10   ok c         halfOpen
        10   admit d      halfOpen
        10   ok d         halfOpen, 10 %
        11   observe      observing
        12   release      closed
        13   admit e      closed
        """),
  ]

  private func end(
    _ name: String, _ verdict: Verdict, _ driver: BreakerDriver, _ calls: inout [String: Token]
  ) throws {
    let token = calls.removeValue(forKey: name)
    driver.end(try #require(token), verdict)
  }

  private func happens(_ words: [String], _ driver: BreakerDriver, _ calls: inout [String: Token]) throws -> String? {
    let breaker = driver.breaker
    let name = words.count > 1 ? words[1] : ""
    switch words[0] {
    case "admit":
      if words.count > 2, let draw = Double(words[2]) { driver.time.draw(draw) }
      do {
        calls[name] = try driver.admit()
      } catch {
        let wait = error.retryAfter.map { " \(Int(($0 / .seconds(1)).rounded()))" } ?? ""
        return "refused\(wait)"
      }
    case "ok": try self.end(name, .success, driver, &calls)
    case "failed": try self.end(name, .failure, driver, &calls)
    case "ignored": try self.end(name, .ignored, driver, &calls)
    case "isolate":
      breaker.take(.isolated, reason: "r", actor: "a", for: .seconds(Int(name) ?? 0), on: driver.runtime)
    case "observe": breaker.take(.observing, reason: "r", actor: "a", on: driver.runtime)
    case "release": breaker.letGo(reason: "r", actor: "a", on: driver.runtime)
    case "reset": breaker.reset(on: driver.runtime)
    case "restart":
      let saved = breaker.savedState(on: driver.runtime)
      driver.time.advance(by: .seconds(Int(name) ?? 0))
      breaker.restore(saved, elapsed: .seconds(Int(name) ?? 0), on: driver.runtime)
    case "look": break
    default: Issue.record("nobody knows what \(words[0]) is")
    }
    return nil
  }

  @Test("R2.1 R2.3 R2.7 histories line by line", arguments: scripts)
  func plays(script: Script) throws {
    let driver = BreakerDriver(script.configuration)
    let start = driver.runtime.now()
    var calls: [String: Token] = [:]
    for line in script.lines.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let expected = try #require(words.firstIndex { CircuitBreaker.State(rawValue: $0.filter { $0 != "," }) != nil })
      let at = start + Int64(((Double(words[0]) ?? 0) * 1e9).rounded())
      driver.time.advance(max(0, at - driver.runtime.now()))
      let refusal = try self.happens(Array(words[1..<expected]), driver, &calls)
      let snapshot = driver.snapshot
      var shown = [snapshot.state.rawValue]
      if (0.01..<1).contains(snapshot.admittedShare) {
        let percent = (snapshot.admittedShare * 1_000).rounded() / 10
        shown.append(percent == percent.rounded() ? "\(Int(percent)) %" : "\(percent) %")
      }
      if let refusal { shown.append(refusal) }
      #expect(shown.joined(separator: ", ") == words[expected...].joined(separator: " "), "\(line)")
    }
  }
}
