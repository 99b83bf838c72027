/// One line of the exposition without its labels: what is added to the name, the bucket's bound, the number.
struct MetricSample {
  let suffix: String
  let bound: String?
  let value: String
}
