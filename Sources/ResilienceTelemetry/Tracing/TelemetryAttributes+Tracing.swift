internal import Tracing

extension TelemetryAttributes {
  /// Takes over what was set through swift-distributed-tracing.
  init(_ attributes: SpanAttributes) {
    self.init()
    attributes.forEach { key, value in self[key] = TelemetryValue(value) }
  }
}

extension TelemetryValue {
  /// Takes over one value; kinds that a later version may add are written as text.
  init(_ attribute: SpanAttribute) {
    switch attribute {
    case .int32(let value): self = .int(Int64(value))
    case .int64(let value): self = .int(value)
    case .double(let value): self = .double(value)
    case .bool(let value): self = .bool(value)
    case .string(let value): self = .string(value)
    case .stringConvertible(let value): self = .string(value.description)
    case .int32Array(let values): self = .array(values.map { .int(Int64($0)) })
    case .int64Array(let values): self = .array(values.map { .int($0) })
    case .doubleArray(let values): self = .array(values.map { .double($0) })
    case .boolArray(let values): self = .array(values.map { .bool($0) })
    case .stringArray(let values): self = .array(values.map { .string($0) })
    case .stringConvertibleArray(let values): self = .array(values.map { .string($0.description) })
    default: self = .string("\(attribute)")
    }
  }
}
