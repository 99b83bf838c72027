import Testing

/// Breakers by traces that a person can check; first of all where three well-known libraries disagree.
@Suite struct BreakerTraceTests {
  /// The settings of the comparison: threshold 3, 1,000 ms open, 2 probes.
  private static let config =
    #"{"policy":"circuitBreaker","consecutiveFailures":3,"openDuration":"1s","permittedProbes":2,"successThreshold":2}"#
  private static let trip = [
    "0 acquire a", "0 acquire b", "0 acquire c", "10 failure a", "10 failure b", "10 failure c",
  ]

  private func after(_ events: [String], trip: [String] = Self.trip) -> [String] {
    Array(TraceRunner.short(Self.config, trip + events).dropFirst(trip.count))
  }

  @Test("R2.3 edge 1 and 2: a call exactly when the open time is over is admitted as a probe")
  func exactly() {
    #expect(self.after(["1009 acquire 1", "1010 acquire 2"]) == ["no open", "yes halfOpen"])
    #expect(self.after(["1011 acquire 1"]) == ["yes halfOpen"])
  }

  @Test("R2.3 edge 3: a failure from before the trip that arrives in half-open is ignored")
  func lateFailure() {
    let trip = ["0 acquire old"] + Self.trip
    #expect(
      self.after(
        ["1010 acquire 1", "1011 failure old", "1012 success 1", "1013 acquire 2", "1014 success 2"], trip: trip)
        == ["yes halfOpen", "halfOpen", "halfOpen", "yes halfOpen", "closed"])
  }

  @Test("R2.3 edge 4: a success from before the trip that arrives while open changes nothing")
  func lateSuccess() {
    let trip = ["0 acquire old"] + Self.trip
    #expect(self.after(["500 success old", "501 acquire 1"], trip: trip) == ["open", "no open"])
  }

  @Test("R2.3 edge 5: a third probe of two is refused")
  func thirdProbe() {
    #expect(
      self.after(["1010 acquire 1", "1010 acquire 2", "1010 acquire 3"]) == [
        "yes halfOpen", "yes halfOpen", "no halfOpen",
      ]
    )
  }

  @Test("R2.3 edge 6: one failed probe opens again, whatever the other one does")
  func oneFails() {
    #expect(
      self.after([
        "1010 acquire 1", "1010 acquire 2", "1020 failure 1", "1021 success 2", "1022 acquire 3", "2019 acquire 4",
        "2020 acquire 5",
      ]) == ["yes halfOpen", "yes halfOpen", "open", "open", "no open", "no open", "yes halfOpen"])
  }

  @Test("R2.3 edge 7: two good probes close")
  func bothSucceed() {
    #expect(
      self.after(["1010 acquire 1", "1010 acquire 2", "1020 success 1", "1021 success 2", "1021 acquire 3"])
        == ["yes halfOpen", "yes halfOpen", "halfOpen", "closed", "yes closed"])
  }

  @Test("R2.2 edge 8: failures that are not in a row do not open")
  func notConsecutive() {
    let events = ["failure 1", "success 2", "failure 3", "failure 4"].enumerated().flatMap { index, end in
      ["\(index) acquire \(end.last ?? " ")", "\(index) \(end)"]
    }
    #expect(TraceRunner.short(Self.config, events).allSatisfy { $0.hasSuffix("closed") })
  }

  @Test("R2.3 edge 9: a probe that never answers gives its place back after a minute, or as long as was said")
  func neverAnswered() {
    let events = ["1010 acquire 1", "1010 acquire 2", "61009 acquire 3", "61010 acquire 4", "661010 acquire 5"]
    #expect(self.after(events) == ["yes halfOpen", "yes halfOpen", "no halfOpen", "yes halfOpen", "yes halfOpen"])
  }

  @Test("R2.2 a failure rate over a count window, judged once it holds enough calls")
  func failureRate() {
    let config =
      #"{"policy":"circuitBreaker","consecutiveFailures":0,"failureRateThreshold":0.5,"window":"4 calls","minimumCalls":4}"#
    let ends = ["failure", "failure", "success", "success"].enumerated().flatMap { index, end in
      ["\(index) acquire \(index)", "\(index) \(end) \(index)"]
    }
    #expect(TraceRunner.short(config, ends).last == "open")
    #expect(TraceRunner.short(config, ends.dropLast(2)).last == "closed")
  }

  @Test("R2.2 slow calls are judged by the duration that the trace gives, or else by the times of its lines")
  func slowCalls() {
    let config =
      #"{"policy":"circuitBreaker","slowCallThreshold":"100ms","slowCallRateThreshold":1,"window":"2 calls","minimumCalls":2}"#
    let given = ["0 acquire 1", "0 acquire 2", "1 success 1 dur 100", "1 success 2 dur 150"]
    #expect(TraceRunner.short(config, given).last == "open")
    let short = ["0 acquire 1", "0 acquire 2", "900 success 1 dur 99", "900 success 2 dur 150"]
    #expect(TraceRunner.short(config, short).last == "closed")
    let told = ["0 acquire 1", "0 acquire 2", "100 success 1", "100 success 2"]
    #expect(TraceRunner.short(config, told).last == "open")
    let quick = ["0 acquire 1", "0 acquire 2", "99 success 1", "100 success 2"]
    #expect(TraceRunner.short(config, quick).last == "closed")
  }

  @Test("R2.2 a time window forgets: its tenths begin with t 0")
  func timeWindow() {
    let config =
      #"{"policy":"circuitBreaker","consecutiveFailures":0,"failureRateThreshold":1,"window":"10s","minimumCalls":2}"#
    let first = ["999 acquire 1", "999 failure 1"]
    #expect(TraceRunner.short(config, first + ["9999 acquire 2", "9999 failure 2"]).last == "open")
    #expect(TraceRunner.short(config, first + ["10000 acquire 2", "10000 failure 2"]).last == "closed")
  }

  @Test("R2.5 ignored calls are no evidence, and the open time grows where it is told to")
  func ignoredAndGrowth() {
    let config =
      #"{"policy":"circuitBreaker","consecutiveFailures":1,"openDuration":"1s","openDurationGrowth":{"factor":2}}"#
    #expect(
      TraceRunner.short(
        config,
        [
          "0 acquire 1", "0 ignored 1", "0 acquire 2", "0 failure 2", "1000 acquire 3", "1000 failure 3",
          "2999 acquire 4",
          "3000 acquire 5",
        ]) == [
          "yes closed", "closed", "yes closed", "open", "yes halfOpen", "open", "no open", "yes halfOpen",
        ])
  }

  @Test("R2.3 probes beyond the permitted ones wait, where that was asked for")
  func waiting() {
    let config =
      #"{"policy":"circuitBreaker","consecutiveFailures":1,"openDuration":"1s","permittedProbes":1,"successThreshold":1,"excessProbes":"wait"}"#
    #expect(
      TraceRunner.short(
        config, ["0 acquire 1", "0 failure 1", "1000 acquire 2", "1001 acquire 3", "1005 success 2", "1006 success 3"])
        == ["yes closed", "open", "yes halfOpen", "queued halfOpen", "closed granted 3", "closed"])
  }
}
