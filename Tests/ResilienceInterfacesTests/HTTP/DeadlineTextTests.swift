import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct DeadlineTextTests {
  @Test(
    "R3.3 the time left travels rounded down, never as nothing, and in a unit that eight digits can hold",
    arguments: [
      (Duration.milliseconds(1_500), "1500", "1500m"), (.microseconds(1_999), "1", "1m"), (.nanoseconds(5), "1", "1m"),
      (.zero, "1", "1m"), (.seconds(-5), "1", "1m"), (.seconds(99_999), "99999000", "99999000m"),
      (.seconds(100_000), "100000000", "100000S"), (.seconds(100_000_001), "100000001000", "1666666M"),
      (.seconds(Int64.max), "3153600000000", "52560000M"),
    ])
  func written(left: Duration, milliseconds: String, grpc: String) {
    #expect(DeadlineText.milliseconds(left) == milliseconds && DeadlineText.grpcTimeout(left) == grpc)
  }

  @Test("R3.3 every unit of gRPC is read, more than a century counts as one, and nonsense as nothing")
  func read() {
    #expect(DeadlineText.read(milliseconds: "1500") == .milliseconds(1_500))
    for (text, length): (String, Duration) in [
      ("2H", .seconds(7_200)), ("2M", .seconds(120)), ("2S", .seconds(2)), ("2m", .milliseconds(2)),
      ("2u", .microseconds(2)), ("2n", .nanoseconds(2)), ("99999999H", DeadlineText.longest), ("0S", .zero),
    ] {
      #expect(DeadlineText.read(grpcTimeout: text) == length)
    }
    #expect(DeadlineText.read(milliseconds: "999999999999999") == DeadlineText.longest)
    for text in ["", "x", "-1", "+1", " 1", "1 ", "1.5", "1234567890123456", "１"] {
      #expect(DeadlineText.read(milliseconds: text) == nil)
    }
    for text in ["", "S", "1", "1s", "123456789S", "-1S", "1 S", "1SS", "1é"] {
      #expect(DeadlineText.read(grpcTimeout: text) == nil)
    }
  }

  @Test("R3.3 whatever is written is read as at most what was left, and no less than a unit below it")
  func roundTrip() {
    var chance = SeededGenerator(seed: 9)
    for _ in 0..<5_000 {
      let left = Duration.nanoseconds(Int64(chance.next() >> (1 + chance.next() % 60)))
      let milliseconds = DeadlineText.read(milliseconds: DeadlineText.milliseconds(left))
      let grpc = DeadlineText.read(grpcTimeout: DeadlineText.grpcTimeout(left))
      guard let milliseconds, let grpc, left >= .milliseconds(1) else { continue }
      #expect(milliseconds <= left && grpc <= milliseconds)
      #expect(milliseconds > min(left, DeadlineText.longest) - .milliseconds(1))
      #expect(grpc > min(left, DeadlineText.longest) - .seconds(60))
    }
  }

  @Test("R3.3 of two fields the earlier deadline counts, and texts of chance never end in more than a century")
  func deadline() {
    let runtime = Simulation().runtime
    let both = DeadlineText.deadline(milliseconds: "500", grpcTimeout: "2S", on: runtime)
    #expect(both?.remaining(on: runtime) == .milliseconds(500))
    let one = DeadlineText.deadline(milliseconds: "soon", grpcTimeout: "2S", on: runtime)
    #expect(one?.remaining(on: runtime) == .seconds(2))
    #expect(DeadlineText.deadline(milliseconds: nil, grpcTimeout: nil, on: runtime) == nil)
    var fuzzer = Fuzzer(seed: 4)
    for _ in 0..<3_000 {
      let text = fuzzer.mutate("1500m", with: "0123456789HMSmun -+.é")
      if let length = DeadlineText.read(grpcTimeout: text) {
        #expect(length >= .zero && length <= DeadlineText.longest)
      }
      if let length = DeadlineText.read(milliseconds: text) {
        #expect(length >= .zero && length <= DeadlineText.longest)
      }
    }
  }
}
