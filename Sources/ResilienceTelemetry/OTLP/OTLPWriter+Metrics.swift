extension OTLPWriter {
  /// The request that carries metrics: sums since the start, monotonic for counters.
  static func metrics(_ readings: [MetricReading], _ resource: TelemetryResource, at time: UInt64) -> [UInt8] {
    self.request("resourceMetrics", "scopeMetrics", resource) { writer in
      writer.object {
        $0.object("scope") { $0.string("name", "swift-resilience") }
        $0.array("metrics") { writer in
          for reading in readings where !reading.series.isEmpty { writer.metric(reading, time) }
        }
      }
    }
  }

  private static let cumulative = 2

  private mutating func metric(_ reading: MetricReading, _ time: UInt64) {
    let descriptor = reading.descriptor
    self.object { writer in
      writer.string("name", descriptor.name)
      writer.string("description", descriptor.help)
      if descriptor.name.contains("_seconds") { writer.string("unit", "s") }
      if descriptor.name.contains("_bytes") { writer.string("unit", "By") }
      let member =
        switch descriptor.kind {
        case .counter: "sum"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
      writer.object(member) { writer in
        if descriptor.kind != .gauge { writer.small("aggregationTemporality", Self.cumulative) }
        if descriptor.kind == .counter { writer.bool("isMonotonic", true) }
        writer.array("dataPoints") { writer in
          for series in reading.series { writer.point(series, descriptor, time) }
        }
      }
    }
  }

  private mutating func point(_ series: MetricReading.Series, _ descriptor: MetricDescriptor, _ time: UInt64) {
    self.object { writer in
      writer.attributes(TelemetryAttributes(zip(descriptor.labels, series.values).map { ($0, .string($1)) }))
      if descriptor.kind != .gauge { writer.large("startTimeUnixNano", UInt64(max(0, series.created)) * 1_000_000) }
      writer.large("timeUnixNano", time)
      switch series.value {
      case .counter(let value): writer.large("asInt", value)
      case .gauge(let value): writer.double("asDouble", value)
      case .histogram(let buckets, let sum, let exemplars):
        writer.large("count", buckets.reduce(0, +))
        writer.double("sum", sum)
        writer.array("bucketCounts") { writer in for count in buckets { writer.large(nil, count) } }
        writer.array("explicitBounds") { writer in for bound in descriptor.bounds { writer.double(nil, bound) } }
        writer.exemplars(exemplars.compactMap { $0 })
      }
    }
  }

  private mutating func exemplars(_ exemplars: [Exemplar]) {
    guard !exemplars.isEmpty else { return }
    self.array("exemplars") { writer in
      for exemplar in exemplars {
        writer.object {
          $0.large("timeUnixNano", UInt64(max(0, exemplar.time)) * 1_000_000)
          $0.double("asDouble", exemplar.value)
          $0.string("spanId", exemplar.spanID)
          $0.string("traceId", exemplar.traceID)
        }
      }
    }
  }
}
