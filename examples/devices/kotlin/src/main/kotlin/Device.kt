import ai.onnxruntime.OnnxTensor
import ai.onnxruntime.OrtEnvironment
import ai.onnxruntime.OrtLoraAdapter
import ai.onnxruntime.OrtSession
import java.nio.FloatBuffer

/**
 * One backbone in memory and adapters that come and go: nothing here but ONNX Runtime's own classes, which onnxruntime and
 * onnxruntime-android share.
 *
 * @param graph the path of backbone.onnx or backbone.int8.onnx, its weights beside it
 */
class Device(graph: String) : AutoCloseable {
    private val environment = OrtEnvironment.getEnvironment()
    private val session = OrtSession.SessionOptions().use { options ->
        options.setIntraOpNumThreads(1)
        environment.createSession(graph, options)
    }
    private var adapter: OrtLoraAdapter? = null

    /** Puts an adapter in the place of the one before; the runtime refuses one of another graph when it is run. */
    fun use(file: String) {
        val next = OrtLoraAdapter.create(file)
        adapter?.close()
        adapter = next
    }

    /** Scores of one image: [pixels] are its three planes, [size] × [size] each, normalised as preprocessing.json says. */
    fun scores(pixels: FloatArray, size: Long): FloatArray {
        require(pixels.size.toLong() == 3 * size * size) { "expected 3 x $size x $size values, found ${pixels.size}" }
        val own = checkNotNull(adapter) { "use(file) first" }
        OrtSession.RunOptions().use { options ->
            options.addActiveLoraAdapter(own)
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), longArrayOf(1, 3, size, size)).use { input ->
                session.run(mapOf("pixels" to input), setOf("logits"), options).use { result ->
                    @Suppress("UNCHECKED_CAST")
                    return (result[0].value as Array<FloatArray>)[0]
                }
            }
        }
    }

    override fun close() {
        adapter?.close()
        session.close()
    }
}
