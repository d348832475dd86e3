package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The stats page in a real browser. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class StatsPageTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path PICTURES = Path.of("target", "stats-page");

    private final HttpBackend one = new HttpBackend("one");
    private final InetSocketAddress nobody = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), FreePort.next());
    private AdminNode node;
    private ChromeDriver browser;

    @BeforeEach
    void start() throws IOException {
        node = new AdminNode();
        node.serve(one.address(), nobody);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        // Chromium's own sandbox is not for root, and needs namespaces that containers may not give.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,1500");
        options.setCapability("goog:loggingPrefs", logs);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile())
                        .build(),
                options);
    }

    @AfterEach
    void stop() throws IOException {
        browser.quit();
        node.close();
        one.close();
    }

    private void open() {
        browser.get(node.admin("/"));
        await().atMost(LIMIT).until(() -> text("#status").startsWith("Live"));
    }

    private String text(String selector) {
        return texts(selector).getFirst();
    }

    /** All at one moment: rows are replaced as the page is refreshed. */
    @SuppressWarnings("unchecked") // what the script returns
    private List<String> texts(String selector) {
        return (List<String>) Objects.requireNonNull(browser.executeScript(
                "return [...document.querySelectorAll(arguments[0])].map(element => element.innerText.trim())",
                selector));
    }

    @Test
    void showsLiveNumbersInBothColourSchemes() throws Exception {
        open();
        try (HttpConnection client = HttpConnection.to(node.port())) {
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> {
                client.get("any", "/");
                return !texts("#services-rows td.n").getFirst().equals("0");
            });
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(text("#pools-rows")).contains("✕ Down", "✓ Up", "refused"));
        assertThat(text("#services-rows")).contains("shop/web", "✓ Listening");
        assertThat(text("#events-rows")).contains("Endpoint down", "Configuration applied");
        assertThat(text("#summary-requests")).contains("at most");
        assertThat(browser.findElements(By.cssSelector("figure canvas"))).hasSize(3);
        for (String scheme : List.of("light", "dark")) {
            browser.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(scheme + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        }
        String dark = browser.executeScript("return getComputedStyle(document.body).backgroundColor")
                .toString();
        assertThat(dark).isEqualTo("rgb(18, 22, 28)");
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
        List<String> asked = requests();
        assertThat(asked).isNotEmpty().allMatch(url -> url.startsWith(node.admin("/")));
    }

    /** The addresses of all that the browser has asked for. */
    private List<String> requests() {
        List<String> urls = new ArrayList<>();
        browser.manage().logs().get(LogType.PERFORMANCE).forEach(entry -> {
            String message = entry.getMessage();
            int url = message.indexOf("\"url\":\"", message.indexOf("\"request\":"));
            if (message.contains("\"Network.requestWillBeSent\"") && url > 0) {
                urls.add(message.substring(url + 7, message.indexOf('"', url + 7)));
            }
        });
        return urls;
    }

    @Test
    void isUsedByKeyboard() {
        open();
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            new Actions(browser).sendKeys(Keys.TAB).perform();
            WebElement focused = browser.switchTo().activeElement();
            order.add(focused.getText());
            assertThat(browser.executeScript("return getComputedStyle(arguments[0]).outlineStyle", focused))
                    .as(focused.getText())
                    .isEqualTo("solid");
        }
        assertThat(order.subList(0, 8))
                .containsExactly(
                        "Skip to the content",
                        "Pause",
                        "Overview",
                        "Charts",
                        "Virtual services",
                        "Pools",
                        "Listening sockets",
                        "Events");
        assertThat(order.getLast()).contains("Over the last 10 seconds");
        WebElement pause = browser.findElement(By.id("pause"));
        pause.sendKeys(Keys.SPACE);
        assertThat(pause.getDomAttribute("aria-pressed")).isEqualTo("true");
        assertThat(text("#status")).isEqualTo("Paused");
    }

    @Test
    void isReadByAssistiveTechnology() {
        open();
        assertThat(texts("main section > h2")).hasSize(6);
        assertThat(browser.findElements(By.cssSelector("table:not(:has(caption)):not([aria-hidden=true] *)")))
                .as("tables, but for those that charts are made of")
                .isEmpty();
        assertThat(browser.findElements(By.cssSelector("th:not([scope])")))
                .as("headers of the page's tables")
                .allMatch(header -> header.findElements(By.xpath("ancestor::*[@aria-hidden='true']"))
                                .size()
                        == 1);
        assertThat(browser.findElements(By.cssSelector("section:not([aria-labelledby])")))
                .isEmpty();
        assertThat(texts("figure > p")).hasSize(3).noneMatch(String::isBlank);
        assertThat(browser.findElement(By.tagName("html")).getDomAttribute("lang"))
                .isEqualTo("en");
    }

    @Test
    void saysSoWhenTheNodeIsGone() {
        open();
        node.dataplane().close();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(text("#status")).startsWith("No answer"));
        assertThat(text("#pools-rows")).contains("shop/blue");
    }
}
