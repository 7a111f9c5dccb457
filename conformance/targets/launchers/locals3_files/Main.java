import com.robothy.s3.rest.LocalS3;

/** Starts LocalS3, a library without a program of its own, at a port; its data is in memory. */
public class Main {
    public static void main(String[] words) {
        LocalS3.builder().port(Integer.parseInt(words[0])).build().start();
    }
}
