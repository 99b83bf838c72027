import Testing

@testable import ResilienceDynamoDB

/// The examples that AWS publishes: its test suite for Signature Version 4, and the one of the IAM user guide.
@Suite("Signatures")
struct SignatureV4Tests {
  struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let request: SignatureV4.Request
    let signature: String
    var service = "service"
    var testDescription: String { self.name }
  }

  private static let host = (name: "Host", value: "example.amazonaws.com")
  private static let date = (name: "X-Amz-Date", value: "20150830T123600Z")
  private static let examples = [
    Example(
      name: "get-vanilla", request: .init(method: "GET", fields: [host, date]),
      signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    Example(
      name: "get-vanilla-query-order-key-case",
      request: .init(method: "GET", query: "Param1=value1&Param2=value2", fields: [host, date]),
      signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    Example(
      name: "post-vanilla", request: .init(fields: [host, date]),
      signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    Example(
      name: "post-header-key-sort", request: .init(fields: [host, (name: "My-Header1", value: "value1"), date]),
      signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
    Example(
      name: "get-header-value-trim",
      request: .init(
        method: "GET",
        fields: [host, (name: "My-Header1", value: " value1"), (name: "My-Header2", value: " \"a   b   c\""), date]),
      signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    Example(
      name: "post-x-www-form-urlencoded",
      request: .init(
        fields: [(name: "Content-Type", value: "application/x-www-form-urlencoded"), host, date],
        body: Array("Param1=value1".utf8)),
      signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    Example(
      name: "IAM user guide: ListUsers",
      request: .init(
        method: "GET", query: "Action=ListUsers&Version=2010-05-08",
        fields: [
          (name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8"),
          (name: "Host", value: "iam.amazonaws.com"), date,
        ]),
      signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7", service: "iam"),
  ]

  @Test("R8.6 requests are signed as in AWS' published examples", arguments: examples)
  func published(_ example: Example) {
    let signature = SignatureV4(
      credentials: DynamoDBCredentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      region: "us-east-1", service: example.service)
    let value = signature.authorization(of: example.request, at: "20150830T123600Z")
    #expect(value.hasSuffix("Signature=\(example.signature)"), "\(value)")
    #expect(value.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/\(example.service)/"))
  }

  @Test("R8.6 a time is written as signatures have it")
  func time() {
    #expect(SignatureV4.timeText(1_440_938_160_000) == "20150830T123600Z")
    #expect(SignatureV4.timeText(1_440_938_160_999) == "20150830T123600Z")
  }

  @Test("R8.6 credentials show no secret, however they are printed")
  func secret() {
    let credentials = DynamoDBCredentials(accessKeyID: "AKID", secretAccessKey: "hunter2", sessionToken: "hunter3")
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped] { #expect(!text.contains("hunter")) }
    #expect(
      DynamoDBCredentials(environment: ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"])
        == DynamoDBCredentials(accessKeyID: "a", secretAccessKey: "b"))
    #expect(DynamoDBCredentials(environment: ["AWS_ACCESS_KEY_ID": "a"]) == nil)
  }
}
