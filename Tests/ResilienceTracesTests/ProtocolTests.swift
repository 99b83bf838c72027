import Testing

@testable import ResilienceTraces

/// The protocol itself: what is answered to what, and what is refused.
@Suite struct ProtocolTests {
  @Test("the examples of the protocol are answered as it says, to the last character")
  func examples() {
    let answers = TraceRunner.play([
      #"{"t":0,"op":"new","config":{"policy":"circuitBreaker","consecutiveFailures":3,"openDuration":"1s","permittedProbes":2,"successThreshold":2}}"#,
      #"{"t":5,"op":"acquire","id":"1"}"#,
      #"{"t":9,"op":"failure","id":"1","dur_ms":4}"#,
      #"{"t":9,"op":"acquire","id":"2"}"#,
      #"{"t":0,"op":"new","config":{"policy":"retry","backoff":{"kind":"constant","initial":"50ms"},"jitter":"none"}}"#,
      #"{"t":5,"op":"run","id":"0","outcomes":["fail","ok"],"dur_ms":50}"#,
    ])
    #expect(
      answers == [
        #"{"n":0,"t":0,"op":"new"}"#,
        #"{"n":1,"t":5,"op":"acquire","id":"1","allowed":true,"state":"closed"}"#,
        #"{"n":2,"t":9,"op":"failure","id":"1","state":"closed"}"#,
        #"{"n":3,"t":9,"op":"acquire","id":"2","allowed":true,"state":"closed"}"#,
        #"{"n":4,"t":0,"op":"new"}"#,
        #"{"n":5,"t":5,"op":"run","id":"0","attempts_at":[5,105],"result":"ok"}"#,
      ])
  }

  @Test("spaces, the order of keys, escapes and decimals of a millisecond make no difference")
  func forms() {
    let answers = TraceRunner.play([
      "  {\"config\" : {\"policy\":\"bulkhead\", \"maxConcurrent\": 1} ,\t\"op\":\"new\", \"t\":0.5 }\r",
      #"{"id":"a\"\u00e9é","op":"acquire","t":0.500001}"#, #"{"t":7,"op":"success","id":"a\"\u00e9é"}"#,
      #"{"t":7,"op":"acquire","id":12}"#,
    ])
    #expect(
      answers == [
        #"{"n":0,"t":0.5,"op":"new"}"#,
        #"{"n":1,"t":0.500001,"op":"acquire","id":"a\"\u00e9é","allowed":true}"#,
        #"{"n":2,"t":7,"op":"success","id":"a\"\u00e9é"}"#, #"{"n":3,"t":7,"op":"acquire","id":12,"allowed":true}"#,
      ])
  }

  static let breaker = #"{"t":10,"op":"new","config":{"policy":"circuitBreaker"}}"#

  @Test(
    "what is no event ends the trace with the number of its line and what was expected",
    arguments: [
      ("", "{…}"), ("[]", "{…}"), ("{", "key in quotes"), (#"{"t":11,"op":"acquire","id":"1"} x"#, "end of the line"),
      (#"{"t":11,"op":"acquire"}"#, "id is missing in acquire; expected t, op, id"),
      (#"{"t":11,"op":"acquire","id":"1","dur_ms":3}"#, "dur_ms does not belong to acquire"),
      (#"{"t":11,"op":"aquire","id":"1"}"#, "op is \"aquire\"; expected one of new, acquire"),
      (#"{"op":"acquire","id":"1"}"#, "t is missing"), (#"{"t":11}"#, "op is missing"),
      (#"{"t":11,"t":11,"op":"acquire","id":"1"}"#, "t stands twice"),
      (#"{"t":11,"op":"new","config":{"policy":"retry","policy":"bulkhead"}}"#, "policy stands twice in the config"),
      (#"{"t":11,"op":"new","config":{"policy":"limit","kind":"aimd","kind":"vegas"}}"#, "kind stands twice"),
      (#"{"t":9,"op":"acquire","id":"1"}"#, "t went back from 10.0 to 9.0"),
      (#"{"t":-1,"op":"acquire","id":"1"}"#, "t is -1; expected milliseconds"),
      (#"{"t":1e3,"op":"acquire","id":"1"}"#, "t is 1e3"), (#"{"t":"11","op":"acquire","id":"1"}"#, "t is \"11\""),
      (#"{"t":11,"op":"acquire","id":null}"#, "id is null"), (#"{"t":11,"op":"acquire","id":"\x"}"#, "an escape"),
      (#"{"t":11,"op":"acquire","id":"1}"#, "closing quote"),
      (#"{"t":11,"op":"sample","rtt_us":5,"inflight":3}"#, "sample means nothing to this policy"),
      (#"{"t":11,"op":"run","id":"1","outcomes":[]}"#, "outcomes is empty"),
      (#"{"t":11,"op":"run","id":"1","outcomes":["yes"]}"#, "expected \"ok\" or \"fail\""),
      (#"{"t":11,"op":"sample","rtt_us":0,"inflight":3}"#, "rtt_us is 0"),
      (#"{"t":11,"when":3}"#, "key when is unknown"),
    ])
  func faults(line: String, expected: String) {
    let answers = TraceRunner.play([Self.breaker, #"{"t":10,"op":"acquire","id":"9"}"#, line])
    #expect(answers.count == 3 && answers[2].hasPrefix("line 3: "), "\(answers)")
    #expect(answers.last?.contains(expected) == true, "\(answers.last ?? "")")
  }

  @Test(
    "settings that make no sense are refused in the words of the configuration file",
    arguments: [
      (#"{"policy":"circuitBreaker","openDuration":5}"#, "openDuration: the duration has no unit, found \"5\""),
      (#"{"policy":"circuitBreaker","openDurations":"5s"}"#, "did you mean `openDuration`?"),
      (#"{"policy":"circuitBreaker","failureRateThreshold":2}"#, "failureRateThreshold: the rate is out of range"),
      (#"{"policy":"circuitBreaker","enabled":true}"#, "enabled stands in the config"),
      (#"{"policy":"breaker"}"#, "expected circuitBreaker, bulkhead, rateLimiter, retry or limit"), (#"{}"#, "missing"),
      (#"{"policy":"retry","backoff":{"initial":"40s"}}"#, "the first wait is longer than the longest"),
      (#"{"policy":"rateLimiter","kind":"leaky"}"#, "one of tokenBucket, slidingWindow, gcra"),
      (#"{"policy":"limit","kind":"vegas","min":3}"#, "vegas has no min; expected kind, initial, max"),
      (#"{"policy":"limit","kind":"aimd","backoffRatio":1}"#, "backoffRatio is 1.0; expected 0.5"),
      (#"{"policy":"limit"}"#, "aimd, vegas or gradient2"), (#"[]"#, "{…}"),
    ])
  func settings(config: String, expected: String) {
    let answers = TraceRunner.play(["{\"t\":0,\"op\":\"new\",\"config\":\(config)}"])
    #expect(answers.count == 1 && answers[0].hasPrefix("line 1: "))
    #expect(answers.last?.contains(expected) == true, "\(answers.last ?? "")")
  }

  @Test("R2.3 the end of a call that was refused here, or never began, is answered and changes nothing")
  func unknownEnds() {
    let breaker =
      #"{"t":0,"op":"new","config":{"policy":"circuitBreaker","consecutiveFailures":1,"openDuration":"1s"}}"#
    let answers = TraceRunner.play([
      breaker, #"{"t":1,"op":"failure","id":"7"}"#, #"{"t":2,"op":"acquire","id":"1"}"#,
      #"{"t":3,"op":"failure","id":"1"}"#, #"{"t":4,"op":"acquire","id":"2"}"#, #"{"t":5,"op":"success","id":"2"}"#,
      #"{"t":6,"op":"failure","id":"1"}"#,
    ])
    #expect(
      answers.count == 7 && answers[1] == #"{"n":1,"t":1,"op":"failure","id":"7","state":"closed"}"#, "\(answers)")
    #expect(answers[4].contains("\"allowed\":false") && answers[5].contains("\"state\":\"open\""), "\(answers)")
    #expect(answers[6].contains("\"state\":\"open\""))
  }

  @Test("before the first policy there is nothing to ask, and a new one starts afresh")
  func policies() {
    #expect(TraceRunner.play([#"{"t":0,"op":"acquire","id":"1"}"#])[0].contains("op new first"))
    let one = #"{"t":0,"op":"new","config":{"policy":"bulkhead","maxConcurrent":1}}"#
    let ask = #"{"t":5,"op":"acquire","id":"1"}"#
    let answers = TraceRunner.play([one, ask, one, ask])
    #expect(answers.map { $0.contains("\"allowed\":true") } == [false, true, false, true])
  }

  @Test("milliseconds are exact to the nanosecond, whole numbers have no leading zero")
  func numbers() {
    func milliseconds(_ text: String) -> Int64? { Array(text.utf8).withUnsafeBytes { TraceNumber.milliseconds($0) } }
    #expect(milliseconds("0") == 0 && milliseconds("12") == 12_000_000 && milliseconds("0.000001") == 1)
    #expect(milliseconds("3.05") == 3_050_000 && milliseconds("999999999999.999999") == 999_999_999_999_999_999)
    for text in ["", "-1", "01", ".5", "5.", "1.2345678", "1e3", "x", "1 ", "9999999999999999"] {
      #expect(milliseconds(text) == nil, "\(text)")
    }
    var answer = TraceAnswer()
    for value: Int64 in [0, 1, 1_000_000, 105_500_000, 7_000_010] { answer.add(milliseconds: value) }
    #expect(String(decoding: answer.bytes, as: UTF8.self) == "0" + "0.000001" + "1" + "105.5" + "7.00001")
  }
}
