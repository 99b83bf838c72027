internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOHTTP1

extension HTTPResponse {
  /// The head of AsyncHTTPClient's response.
  ///
  /// Fields with names that HTTP does not allow are left out.
  init(_ response: HTTPClientResponse) {
    self.init(status: .init(code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase))
    for (name, value) in response.headers {
      if let name = HTTPField.Name(name) { self.headerFields.append(HTTPField(name: name, value: value)) }
    }
  }
}
