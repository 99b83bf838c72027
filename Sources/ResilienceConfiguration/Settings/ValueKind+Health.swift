extension ValueKind where Value == CheckAddress {
  /// What a health check looks at.
  static let checkAddress = scalar(
    "URL",
    allowed: "http(s)://…, tcp://HOST:PORT, dns:NAME, tls://HOST, redis://HOST, postgresql://HOST, grpc://HOST:PORT "
      + "or sqlite:FILE", render: \.description
  ) { text throws(ValueFault) in
    try CheckAddressText.parse(text)
  }
}

extension ValueKind where Value == String {
  /// A path of a URL, or of a file.
  static let checkPath = scalar(
    "path", allowed: "an absolute path; of a file system also a relative one", render: { $0 }
  ) { text throws(ValueFault) in
    guard !text.isEmpty, text.utf8.count <= 2_048, !ControlCharacters.occur(in: text), !text.contains(" ") else {
      throw ValueFault(.invalidValue, "this is no path", remedy: "write one such as /health")
    }
    return text
  }
}
