internal import ResilienceInterfaces

extension ValueKind where Value == UpstreamURL {
  /// The address of a collector.
  static let collector = scalar("URL", allowed: "http://HOST[:PORT][/PATH] or https://…", render: \.description) {
    text throws(ValueFault) in
    guard case .http(let url) = try UpstreamText.parse(text) else {
      throw ValueFault(
        .invalidValue, "this is no collector's address", remedy: "write one such as http://127.0.0.1:4318")
    }
    return url
  }
}

extension ValueKind where Value == String {
  /// `key=value,key=value`, values percent-encoded.
  static let keyValueList = scalar(
    "key-value list", allowed: "key=value,key=value with percent-encoded values, at most 8KiB", render: { $0 }
  ) { text throws(ValueFault) in
    guard text.utf8.count <= 8_192, !ControlCharacters.occur(in: text), KeyValueList.parse(text) != nil else {
      throw ValueFault(.invalidValue, "this is no list of keys and values", remedy: "write one such as team=payments")
    }
    return text
  }
}

extension ValueKind where Value == Secret {
  /// Header fields as `name=value,name=value`, values percent-encoded.
  static let headerList = scalar(
    "secret", allowed: "name=value,name=value with percent-encoded values, at most 8KiB", isSecret: true,
    render: \.description
  ) { text throws(ValueFault) in
    let pairs = text.utf8.count <= 8_192 ? KeyValueList.parse(text) : nil
    let tokens = "!#$%&'*+-.^_`|~"
    guard let pairs,
      pairs.allSatisfy({ pair in
        pair.key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || tokens.contains($0)) }
          && pair.value.utf8.allSatisfy { (32...126).contains($0) }
      })
    else {
      throw ValueFault(
        .invalidValue, "these are no header fields",
        remedy: "write them as Authorization=Bearer%20… and give them through a variable: \"${NAME}\"")
    }
    return Secret(text)
  }
}
