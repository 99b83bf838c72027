import Foundation
import ResilienceDynamoDB
import ServerTestSupport

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

extension MotoServer {
  /// A form of AWS' older services, such as IAM, or of moto's own.
  @discardableResult
  func post(_ path: String, _ body: String, service: String? = nil) async throws -> String {
    guard let url = URL(string: self.endpoint + path) else { throw Trouble("no such path: \(path)") }
    var request = URLRequest(url: url, timeoutInterval: 60)
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    let type = service == nil ? "text/plain" : "application/x-www-form-urlencoded"
    request.setValue(type, forHTTPHeaderField: "Content-Type")
    if let service {
      let scope = "x/20260101/us-east-1/\(service)/aws4_request"
      request.setValue(
        "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, Signature=x", forHTTPHeaderField: "Authorization")
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    let text = String(decoding: data, as: UTF8.self)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard status == 200 else { throw Trouble("\(path): \(status) \(text)") }
    return text
  }

  /// A client for a table in it.
  func client(
    _ table: String = "sessions", _ change: (inout DynamoDBConfiguration) -> Void = { _ in }
  ) throws -> DynamoDBClient {
    var configuration = DynamoDBConfiguration(
      table: table, credentials: DynamoDBCredentials(accessKeyID: "test", secretAccessKey: "test"),
      endpoint: self.endpoint, shards: 3)
    change(&configuration)
    return try DynamoDBClient(configuration)
  }
}
