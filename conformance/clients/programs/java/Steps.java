// The steps of the clients in Java: what is called and compared, and one JSON line for each.
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

final class Steps {
    static final int MB = 1 << 20;
    static final String PREFIX = env("PREFIX");

    // One connection, all of whose uploads have the same checksum (an algorithm's name) and customer key; either may be null.
    record Settings(String url, String bucket, String checksum, byte[] key) { }

    record Upload(String key, String id) { }

    // The calls of one client; keys are whole. What `part` returns names the checksum only where the settings do.
    interface Client {
        Upload begin(String key);
        CompletedPart part(Upload upload, int number, byte[] body);
        CompletedPart copiedPart(Upload upload, int number, String source, String range);
        void complete(Upload upload, List<CompletedPart> parts);
        void abort(Upload upload);
        List<Integer> sizes(Upload upload);
        List<String> uploads(String prefix);
        byte[] read(String key, Consumer<GetObjectRequest.Builder> how);
        URI presigned(Upload upload) throws Exception;
        void send(String key, byte[] body);
    }

    interface Body { void run() throws Exception; }

    private final Function<Settings, Client> connect;
    private final Settings plain = new Settings(env("ENDPOINT_URL"), env("BUCKET"), null, null);
    private final Client client;
    private final byte[] first = data(5 * MB, 1), second = data(MB, 2), small = data(1000, 3), object = joined(first, second);

    private Steps(Function<Settings, Client> connect) {
        this.connect = connect;
        this.client = connect.apply(plain);
    }

    // Takes the wanted steps with a client, and says what became of each.
    static void take(Function<Settings, Client> connect) throws Exception {
        trust();
        Steps steps = new Steps(connect);
        for (String name : env("STEPS").split(" ")) {
            Throwable error = caught(() -> steps.step(name));
            String more = error == null ? "" : ", \"error\": " + quoted(error.getClass().getSimpleName() + ": " + error.getMessage());
            if (error instanceof S3Exception answer && answer.awsErrorDetails() != null)
                more += ", \"code\": " + quoted(answer.awsErrorDetails().errorCode()) + ", \"status\": " + answer.statusCode();
            double ended = System.currentTimeMillis() / 1000.0;
            System.out.printf(Locale.ROOT, "{\"step\": \"%s\", \"ok\": %s%s, \"ended\": %.3f}%n", name, error == null, more, ended);
            System.out.flush();
        }
    }

    private void step(String name) throws Exception {
        switch (name) {
            case "upload" -> write(client, "object", first, second);
            case "download" -> must(Arrays.equals(read(client, "object"), object), "the bytes come back");
            case "range" -> {
                byte[] found = client.read(key("object"), how -> how.range("bytes=10-19"));
                must(Arrays.equals(found, Arrays.copyOfRange(object, 10, 20)), "ten bytes");
            }
            case "part-read" -> must(Arrays.equals(client.read(key("object"), how -> how.partNumber(2)), second), "the second part");
            case "list-parts" -> {
                Upload upload = client.begin(key("listed"));
                for (int number = 1; number <= 2; number++) client.part(upload, number, data(1000 * number, 1));
                List<Integer> found = client.sizes(upload);
                must(found.equals(List.of(1000, 2000)), found);
                client.abort(upload);
            }
            case "list-uploads" -> {
                Upload upload = client.begin(key("going/a b+\u00e9"));
                List<String> found = client.uploads(key("going/"));
                must(found.equals(List.of(upload.key())), found);
                client.abort(upload);
            }
            case "copy" -> {
                Upload upload = client.begin(key("copied"));
                client.complete(upload, List.of(client.copiedPart(upload, 1, key("object"), "bytes=10-" + (5 * MB + 9))));
                must(Arrays.equals(read(client, "copied"), Arrays.copyOfRange(object, 10, 5 * MB + 10)), "the copied range");
            }
            case "abort" -> {
                Upload upload = client.begin(key("aborted"));
                client.abort(upload);
                Throwable refused = caught(() -> client.sizes(upload));
                must(refused instanceof S3Exception, "an aborted upload is listed: " + refused);
                must("NoSuchUpload".equals(((S3Exception) refused).awsErrorDetails().errorCode()), refused);
            }
            case "checksum/CRC32", "checksum/SHA256", "checksum/CRC64NVME" -> {
                String algorithm = name.substring(name.indexOf('/') + 1);
                Client summing = connect.apply(new Settings(plain.url(), plain.bucket(), algorithm, null));
                for (CompletedPart part : write(summing, "sum-" + algorithm, first, small))
                    must(part.checksumCRC32() != null || part.checksumSHA256() != null || part.checksumCRC64NVME() != null, "the answer to a part has no checksum");
                byte[] found = summing.read(key("sum-" + algorithm), how -> how.checksumMode(ChecksumMode.ENABLED));
                must(Arrays.equals(found, joined(first, small)), "the bytes come back");
            }
            case "sse-c" -> {
                byte[] secret = new byte[32];
                new SecureRandom().nextBytes(secret);
                written(connect.apply(new Settings(env("TLS_ENDPOINT_URL"), plain.bucket(), null, secret)), "secret", first, small);
            }
            case "presigned" -> {
                Upload upload = client.begin(key("presigned"));
                HttpRequest request = HttpRequest.newBuilder(client.presigned(upload)).PUT(HttpRequest.BodyPublishers.ofByteArray(small)).build();
                HttpClient web = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                HttpResponse<String> answer = web.send(request, HttpResponse.BodyHandlers.ofString());
                must(answer.statusCode() == 200, answer.statusCode() + " " + answer.body());
                client.complete(upload, List.of(CompletedPart.builder().partNumber(1).eTag(answer.headers().firstValue("etag").orElse("")).build()));
            }
            case "directory-bucket" -> written(connect.apply(new Settings(plain.url(), env("DIRECTORY_BUCKET"), null, null)), "object", first, small);
            case "sample-13mb" -> written(client, "sample", data(5 * MB, 4), data(5 * MB, 5), data(3 * MB, 6));
            case "transfer" -> {
                byte[] body = data(20 * MB, 7);
                client.send(key("transferred"), body);
                must(Arrays.equals(read(client, "transferred"), body), "the bytes come back");
            }
            default -> throw new IllegalArgumentException("no step " + name);
        }
    }

    private static List<CompletedPart> write(Client client, String name, byte[]... pieces) {
        Upload upload = client.begin(key(name));
        List<CompletedPart> parts = new ArrayList<>();
        for (byte[] piece : pieces) parts.add(client.part(upload, parts.size() + 1, piece));
        client.complete(upload, parts);
        return parts;
    }

    private static void written(Client client, String name, byte[]... pieces) {
        write(client, name, pieces);
        must(Arrays.equals(read(client, name), joined(pieces)), "the bytes come back");
    }

    private static byte[] read(Client client, String name) { return client.read(key(name), how -> { }); }

    private static String key(String name) { return PREFIX + name; }

    static String env(String name) { return System.getenv(name); }

    private static byte[] data(int size, int seed) {
        byte[] made = new byte[size];
        new Random(seed).nextBytes(made);
        return made;
    }

    private static byte[] joined(byte[]... pieces) {
        java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
        for (byte[] piece : pieces) whole.writeBytes(piece);
        return whole.toByteArray();
    }

    private static void must(boolean holds, Object what) { if (!holds) throw new IllegalStateException(String.valueOf(what)); }

    // Returns what a body throws, or null; what an asynchronous client throws is wrapped.
    private static Throwable caught(Body body) {
        try {
            body.run();
            return null;
        } catch (Exception failed) {
            return failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        }
    }

    private static String quoted(String text) {
        StringBuilder made = new StringBuilder("\"");
        for (char one : String.valueOf(text).toCharArray())
            made.append(one < ' ' || one == '"' || one == '\\' || one > 126 ? String.format("\\u%04x", (int) one) : one);
        return made.append('"').toString();
    }

    // Makes every client of this process trust the authority of CA_FILE; the CRT reads SSL_CERT_FILE itself.
    private static void trust() throws Exception {
        if (env("CA_FILE") == null) return;
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(env("CA_FILE")))) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem))
                store.setCertificateEntry("ca" + store.size(), one);
        }
        Path file = Path.of(env("HOME"), "trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "public".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "public");
    }
}
