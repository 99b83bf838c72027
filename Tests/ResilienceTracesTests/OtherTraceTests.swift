import Testing

/// Bulkheads, rate limiters, retries and limits by traces with expectations made by hand.
@Suite struct OtherTraceTests {
  @Test("R6.1 a bulkhead admits so many and refuses the next; nobody waits unless the trace asks for it")
  func bulkhead() {
    let answers = TraceRunner.short(
      #"{"policy":"bulkhead","maxConcurrent":2}"#,
      [
        "0 acquire 1", "0 acquire 2", "1 acquire 3", "2 failure 1", "2 acquire 4", "3 acquire 5", "3 ignored 2",
        "3 acquire 6",
      ])
    #expect(answers == ["yes", "yes", "no", "", "yes", "no", "", "yes"])
  }

  @Test("R6.1 with a queue calls wait in their order, and for so long")
  func queue() {
    let answers = TraceRunner.short(
      #"{"policy":"bulkhead","maxConcurrent":1,"maxQueue":2,"maxWait":"10ms"}"#,
      ["0 acquire 1", "0 acquire 2", "5 acquire 3", "5 acquire 4", "6 success 1", "20 success 2", "20 acquire 5"])
    #expect(answers == ["yes", "queued", "queued", "no", "granted 2", "refused 3", "yes"])
  }

  @Test("R6.4 token bucket: the burst at once, then one every per / permits")
  func tokenBucket() {
    let answers = TraceRunner.short(
      #"{"policy":"rateLimiter","kind":"tokenBucket","permits":10,"per":"1s","burst":2}"#,
      [
        "0 acquire 1", "0 acquire 2", "0 acquire 3", "99 acquire 4", "100 acquire 5", "150 acquire 6", "200 acquire 7",
        "1000 acquire 8", "1000 acquire 9", "1000 acquire 10",
      ])
    #expect(answers == ["yes", "yes", "no", "no", "yes", "no", "yes", "yes", "yes", "no"])
  }

  @Test("R6.4 gcra: evenly spaced, none saved up")
  func gcra() {
    let answers = TraceRunner.short(
      #"{"policy":"rateLimiter","kind":"gcra","permits":10,"per":"1s"}"#,
      ["0 acquire 1", "50 acquire 2", "99.999999 acquire 3", "100 acquire 4", "5000 acquire 5", "5000 acquire 6"])
    #expect(answers == ["yes", "no", "no", "yes", "yes", "no"])
  }

  @Test("R6.4 sliding window: a permit comes back when its whole twentieth has left, at most a twentieth late")
  func slidingWindow() {
    let answers = TraceRunner.short(
      #"{"policy":"rateLimiter","kind":"slidingWindow","permits":2,"per":"1s"}"#,
      [
        "0 acquire 1", "500 acquire 2", "999 acquire 3", "1049 acquire 4", "1050 acquire 5", "1549 acquire 6",
        "1550 acquire 7",
      ])
    #expect(answers == ["yes", "yes", "no", "no", "yes", "no", "yes"])
  }

  private func attempts(_ config: String, _ runs: [String]) -> [String] {
    TraceRunner.play(
      ["{\"t\":0,\"op\":\"new\",\"config\":{\"policy\":\"retry\",\"jitter\":\"none\",\(config)}}"] + runs
    )
    .dropFirst().map { answer in
      answer.firstRange(of: "\"attempts_at\":").map { String(answer[$0.upperBound...]) } ?? answer
    }
  }

  @Test("R1.2 retries come when the back-off says, and end with the attempts")
  func retry() {
    let runs = [
      #"{"t":5,"op":"run","id":"0","outcomes":["fail"],"dur_ms":50}"#,
      #"{"t":6,"op":"run","id":"1","outcomes":["ok"]}"#,
      #"{"t":6,"op":"run","id":"2","outcomes":["fail","fail","ok"],"dur_ms":0.5}"#,
    ]
    #expect(
      self.attempts(#""maxAttempts":4,"backoff":{"initial":"100ms","max":"300ms"}"#, runs) == [
        #"[5,155,405,755],"result":"fail"}"#, #"[6],"result":"ok"}"#, #"[6,106.5,307],"result":"ok"}"#,
      ])
    #expect(
      self.attempts(#""maxAttempts":9,"backoff":{"initial":"100ms","kind":"linear"},"totalTimeout":"1s""#, [runs[0]])
        == [#"[5,155,405,755],"result":"fail"}"#])
  }

  @Test("R1.8 a budget ends retries early; R1.3 jitter is the same in every run of a trace")
  func budgetAndJitter() {
    let run = #"{"t":0,"op":"run","id":"0","outcomes":["fail"]}"#
    let budget =
      #""maxAttempts":3,"backoff":{"kind":"constant","initial":"1ms"},"budget":{"ratio":0,"minimumPerSecond":0.3}"#
    // Three tokens: the minimum of ten seconds.
    #expect(
      self.attempts(budget, [run, run, run]) == [
        #"[0,1,2],"result":"fail"}"#, #"[0,1],"result":"fail"}"#, #"[0],"result":"fail"}"#,
      ])
    let jitter = #"{"t":0,"op":"new","config":{"policy":"retry","jitter":"full"}}"#
    let first = TraceRunner.play([jitter, run, run])
    #expect(first == TraceRunner.play([jitter, run, run]) && first.count == 3)
    #expect(first[1].dropFirst(10) != first[2].dropFirst(10))
  }

  private func limits(_ config: String, _ samples: [(roundTrip: Int, inFlight: Int, dropped: Bool)]) -> [Int] {
    let lines = samples.map { sample in
      "{\"t\":1,\"op\":\"sample\",\"rtt_us\":\(sample.roundTrip),\"inflight\":\(sample.inFlight),\"dropped\":\(sample.dropped)}"
    }
    return TraceRunner.play(["{\"t\":0,\"op\":\"new\",\"config\":{\"policy\":\"limit\",\(config)}}"] + lines)
      .dropFirst()
      .compactMap { answer in answer.firstRange(of: "\"limit\":").flatMap { Int(answer[$0.upperBound...].dropLast()) } }
  }

  @Test("R6.8 AIMD: one up while half of it is used, to nine tenths after a drop or a time-out, within its bounds")
  func aimd() {
    let samples = [
      (1_000, 10, false), (1_000, 9, false), (1_000, 11, false), (1_000, 11, true), (5_000_000, 22, false),
      (5_000_001, 22, false),
    ]
    // 20 → 21; 9 is less than half; 22; 22 × 0.9 = 19.8, at least 20; 21; too long: 18.9, at least 20.
    #expect(self.limits(#""kind":"aimd""#, samples) == [21, 21, 22, 20, 21, 20])
    #expect(
      self.limits(#""kind":"aimd","min":1,"timeout":"1ms""#, [(1_001, 1, false), (1_000, 9, false)]) == [18, 19])
  }

  @Test("R6.8 Vegas: by the queue that the shortest round trip lets expect")
  func vegas() {
    let samples = [
      (10_000, 10, false), (10_000, 20, false), (10_000, 12, false), (11_000, 26, false), (12_500, 26, false),
      (20_000, 26, false), (10_000, 5, false), (10_000, 5, true),
    ]
    // The first is the shortest; no queue: + 6; less than half in flight: as it was (26 × 0.5 = 13); a queue of
    // ⌈26 × (1 − 10/11)⌉ = 3 is no longer short and not long: as it was; ⌈26 × 0.2⌉ = 6: as it was; ⌈26 ×
    // 0.5⌉ = 13: − 1;
    // idle; dropped: − 1.
    #expect(self.limits(#""kind":"vegas""#, samples) == [20, 26, 26, 26, 26, 25, 25, 24])
  }

  @Test("R6.8 Vegas measures the shortest round trip anew after probeMultiplier × limit samples, without chance")
  func vegasProbe() {
    let samples = Array(repeating: (10_000, 5, false), count: 19) + [(20_000, 5, false), (20_000, 20, false)]
    // The twentieth sample is the probe: from then on 20 ms is what it takes without a queue.
    #expect(self.limits(#""kind":"vegas","probeMultiplier":1"#, samples).suffix(2) == [20, 26])
  }

  @Test("R6.8 Gradient2: grows by 0.2 × 4 while all is well, shrinks by the gradient, never by more than half at once")
  func gradient2() {
    let well = Array(repeating: (10_000, 20, false), count: 6)
    // 20.8, 21.6, 22.4, 23.2, 24, 24.8
    #expect(self.limits(#""kind":"gradient2""#, well) == [20, 21, 22, 23, 24, 24])
    // A mean of two: 10 and 50 ms are 30; 1.5 × 30 / 50 = 0.9: 0.8 × 20.8 + 0.2 × (18.72 + 4) = 21.184.
    #expect(self.limits(#""kind":"gradient2""#, [well[0], (50_000, 20, false)]) == [20, 21])
    #expect(
      self.limits(#""kind":"gradient2","smoothing":1,"min":1,"tolerance":1"#, [well[0], (1_000_000, 20, false)]) == [
        24, 16,
      ])
  }
}
