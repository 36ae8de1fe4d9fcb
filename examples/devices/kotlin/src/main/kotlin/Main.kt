import java.awt.RenderingHints
import java.awt.image.BufferedImage
import java.io.File
import javax.imageio.ImageIO
import kotlin.math.exp
import kotlin.system.exitProcess

/** java -cp "target/device-kotlin-1.jar:target/lib/&#42;" MainKt FOLDER ADAPTER IMAGE... : names images with an adapter of a folder. */
fun main(args: Array<String>) {
    if (args.size < 3) {
        System.err.println("usage: MainKt FOLDER ADAPTER IMAGE...")
        exitProcess(2)
    }
    val folder = File(args[0])
    val prepared = folder.resolve("preprocessing.json").readText()
    val size = number(prepared, "size").toInt()
    val labels = strings(folder.resolve("labels.json").readText(), args[1])
    Device(folder.resolve("backbone.onnx").path).use { device ->
        device.use(folder.resolve("${args[1]}.onnx_adapter").path)
        for (path in args.drop(2)) {
            val image = ImageIO.read(File(path)) ?: error("$path is no image")
            val scores = device.scores(planes(squashed(image, size), numbers(prepared, "mean"), numbers(prepared, "std")), size.toLong())
            val powers = scores.map { exp((it - scores.max()).toDouble()) }
            val best = powers.indices.maxBy { powers[it] }
            println("$path  ${labels[best]}  ${"%.1f".format(100 * powers[best] / powers.sum())} %")
        }
    }
}

/** Both sides to the input's; a program that needs the library's exact scores resizes as images.mjs of examples/browser does. */
private fun squashed(image: BufferedImage, size: Int): BufferedImage =
    BufferedImage(size, size, BufferedImage.TYPE_INT_RGB).apply {
        createGraphics().run {
            setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC)
            drawImage(image, 0, 0, size, size, null)
            dispose()
        }
    }

private fun planes(image: BufferedImage, mean: List<Float>, std: List<Float>): FloatArray {
    val pixels = image.getRGB(0, 0, image.width, image.height, null, 0, image.width)
    return FloatArray(3 * pixels.size) { i ->
        val channel = i / pixels.size
        val value = pixels[i % pixels.size] shr (16 - 8 * channel) and 0xFF
        (value / 255f - mean[channel]) / std[channel]
    }
}

private fun number(json: String, key: String) = Regex("\"$key\"\\s*:\\s*([0-9.]+)").find(json)!!.groupValues[1]

private fun list(json: String, key: String) = Regex("\"${Regex.escape(key)}\"\\s*:\\s*\\[(.*?)]", RegexOption.DOT_MATCHES_ALL).find(json)!!.groupValues[1]

private fun numbers(json: String, key: String) = list(json, key).split(',').map { it.trim().toFloat() }

private fun strings(json: String, key: String) = Regex("\"((?:[^\"\\\\]|\\\\.)*)\"").findAll(list(json, key)).map { it.groupValues[1] }.toList()
