package dev.adapterx.export.onnx;

import java.util.List;
import java.util.Map;

/**
 * One operation.
 *
 * @param attributes numbers: Long, Float or a list of Longs
 */
record Node(
    String operator, List<String> inputs, List<String> outputs, Map<String, Object> attributes) {}
