import NIOHTTP1
import ResilienceTesting
import Testing

@testable import ResilienceGateway

@Suite struct DeadlineHeadersTests {
  @Test(
    "R3.3 the time left is read from either field",
    arguments: [
      ("X-Resilience-Deadline-Ms", "0", 0), ("X-Resilience-Deadline-Ms", "1500", 1_500_000_000),
      ("x-resilience-deadline-ms", "999999999999999", 3_153_600_000_000_000_000), ("grpc-timeout", "1n", 1),
      ("grpc-timeout", "99999999u", 99_999_999_000), ("grpc-timeout", "250m", 250_000_000),
      ("grpc-timeout", "2S", 2_000_000_000), ("grpc-timeout", "1M", 60_000_000_000),
      ("grpc-timeout", "1H", 3_600_000_000_000), ("Grpc-Timeout", "99999999H", 3_153_600_000_000_000_000),
    ] as [(String, String, Int64)])
  func read(name: String, value: String, nanoseconds: Int64) {
    let reading = DeadlineHeaders.read([name: value])
    #expect(reading == DeadlineHeaders.Reading(nanoseconds: nanoseconds, malformed: []))
  }

  @Test(
    "R3.3 what cannot be read is ignored and reported",
    arguments: [
      ("X-Resilience-Deadline-Ms", ""), ("X-Resilience-Deadline-Ms", "-1"), ("X-Resilience-Deadline-Ms", "1.5"),
      ("X-Resilience-Deadline-Ms", "+5"), ("X-Resilience-Deadline-Ms", "5ms"),
      ("X-Resilience-Deadline-Ms", "1234567890123456"), ("grpc-timeout", ""), ("grpc-timeout", "S"),
      ("grpc-timeout", "5"), ("grpc-timeout", "123456789S"), ("grpc-timeout", "-1S"), ("grpc-timeout", "1 S"),
      ("grpc-timeout", "1s"), ("grpc-timeout", "1x"), ("grpc-timeout", "٣S"),
    ])
  func malformed(name: String, value: String) {
    #expect(DeadlineHeaders.read([name: value]) == .init(nanoseconds: nil, malformed: [name]))
  }

  @Test("R3.3 of several times the smallest counts, and a malformed one beside it changes nothing")
  func smallest() {
    #expect(DeadlineHeaders.read(["X-Resilience-Deadline-Ms": "20", "grpc-timeout": "1S"]).nanoseconds == 20_000_000)
    #expect(
      DeadlineHeaders.read(["X-Resilience-Deadline-Ms": "2000", "grpc-timeout": "1S"]).nanoseconds == 1_000_000_000)
    let several = DeadlineHeaders.read(["grpc-timeout": "3S", "Grpc-Timeout": "2S", "X-Resilience-Deadline-Ms": "x"])
    #expect(several == .init(nanoseconds: 2_000_000_000, malformed: ["X-Resilience-Deadline-Ms"]))
    #expect(DeadlineHeaders.read([:]) == .init(nanoseconds: nil, malformed: []))
  }

  @Test(
    "R3.3 the time left goes along in both fields, rounded down, at least a millisecond, never negative",
    arguments: [
      (1_999_999, "1", "1m"), (0, "1", "1m"), (-5, "1", "1m"), (Int64.min, "1", "1m"),
      (30_000_000_000, "30000", "30000m"),
      (99_999_999_000_000, "99999999", "99999999m"), (100_000_000_500_000, "100000000", "100000S"),
      (Int64.max, "3153600000000", "52560000M"),
    ] as [(Int64, String, String)])
  func write(nanoseconds: Int64, milliseconds: String, grpc: String) {
    var headers: HTTPHeaders = ["grpc-timeout": "9H", "X-Resilience-Deadline-Ms": "9", "x-resilience-deadline-ms": "8"]
    DeadlineHeaders.write(remainingNanoseconds: nanoseconds, to: &headers)
    #expect(headers["X-Resilience-Deadline-Ms"] == [milliseconds])
    #expect(headers["grpc-timeout"] == [grpc])
  }

  @Test("R3.3 without a deadline nothing is said")
  func none() {
    var headers: HTTPHeaders = ["grpc-timeout": "9H", "X-Resilience-Deadline-Ms": "9", "Accept": "a"]
    DeadlineHeaders.write(remainingNanoseconds: nil, to: &headers)
    #expect(headers.map(\.name) == ["Accept"])
  }

  @Test("R3.3 any number: what is written can be read, is never more than was left, and damaged values never trap")
  func fuzz() {
    var fuzzer = Fuzzer(seed: 5)
    for _ in 0..<20_000 {
      let nanoseconds = Int64(truncatingIfNeeded: fuzzer.next()) >> Int64(fuzzer.below(63))
      var headers: HTTPHeaders = [:]
      DeadlineHeaders.write(remainingNanoseconds: nanoseconds, to: &headers)
      let reading = DeadlineHeaders.read(headers)
      #expect(reading.malformed.isEmpty)
      #expect((reading.nanoseconds ?? .max) <= max(1_000_000, nanoseconds))
      let damaged = fuzzer.mutate("99999999m", with: "0123456789HMSmun -")
      let read = DeadlineHeaders.read(["grpc-timeout": damaged, "X-Resilience-Deadline-Ms": damaged])
      #expect((read.nanoseconds ?? 0) >= 0)
    }
  }
}
