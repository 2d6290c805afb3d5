#:sdk Microsoft.NET.Sdk.Web
#:package Microsoft.Playwright
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
#:property RunWorkingDirectory=$(MSBuildStartupDirectory)

// Opens every page of the site in a browser: `dotnet run eng/check-site.cs`, after eng/site.cs; it needs Chromium, on Debian and Ubuntu
// `apt-get install chromium`. A broken link, an error in the browser's console, a failed request, or a page wider than the window fails.
// The first page's pictures go to artifacts/site-pictures.
using Microsoft.Extensions.FileProviders;
using Microsoft.Playwright;

string site = Path.GetFullPath("artifacts/site");
WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
WebApplication server = builder.Build();
server.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(site), EnableDefaultFiles = true });
server.Urls.Add("http://127.0.0.1:0");
await server.StartAsync();
Uri root = new(server.Urls.First() + "/");

string[] browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
using IPlaywright playwright = await Playwright.CreateAsync();
await using IBrowser browser = await playwright.Chromium.LaunchAsync(new()
{
    ExecutablePath = browsers.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException("There is no Chromium."),
    Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

string[] pages = [.. Directory.EnumerateFiles(site, "*.html", SearchOption.AllDirectories)
    .Select(file => Path.GetRelativePath(site, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
SiteCheck check = new(root, site);
foreach (int width in (int[])[1280, 390])
{
    await using IBrowserContext window = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 } });
    IPage page = await window.NewPageAsync();
    page.Console += (_, message) => check.Note(message.Type == "error", page.Url, message.Text);
    page.PageError += (_, error) => check.Note(true, page.Url, error);
    page.Response += (_, response) => check.Note(response.Status >= 400, page.Url, $"{response.Status} for {response.Url}");

    foreach (string name in pages)
    {
        await check.Open(page, name, width);
    }

    await page.GotoAsync(new Uri(root, "index.html").ToString());
    await page.ScreenshotAsync(new() { Path = $"artifacts/site-pictures/first-{width}.png" });
}

await server.StopAsync();
return check.Report();

/// <summary>What is wrong with the pages that were opened.</summary>
internal sealed class SiteCheck(Uri root, string site)
{
    private readonly SortedSet<string> _faults = [];
    private int _opened, _links;

    public void Note(bool isFault, string where, string what)
    {
        if (isFault)
        {
            _faults.Add($"{where.Replace(root.ToString(), "")}: {what}");
        }
    }

    public async Task Open(IPage page, string name, int width)
    {
        await page.GotoAsync(new Uri(root, name).ToString(), new() { WaitUntil = WaitUntilState.Load });
        int content = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        Note(content > width, name, $"is {content} pixels wide in a window of {width}");
        string[] links = await page.EvalOnSelectorAllAsync<string[]>("a[href]", "all => all.map(a => a.href)");
        foreach (string link in links.Where(link => link.StartsWith(root.ToString(), StringComparison.Ordinal)))
        {
            await CheckLink(page, name, new Uri(link));
        }

        _opened++;
    }

    public int Report()
    {
        foreach (string fault in _faults)
        {
            Console.WriteLine(fault);
        }

        Console.WriteLine($"{_opened} pages opened, {_links} links of the site followed, {_faults.Count} faults");
        return _faults.Count == 0 && _opened > 0 ? 0 : 1;
    }

    /// <summary>A link leads to a page of the site, and to a place that this has.</summary>
    private async Task CheckLink(IPage page, string name, Uri link)
    {
        _links++;
        string target = Uri.UnescapeDataString(link.AbsolutePath.TrimStart('/'));
        target = target.Length == 0 ? "index.html" : target;
        Note(!File.Exists(Path.Combine(site, target)), name, $"leads to {target}, which is not there");
        if (target == name && link.Fragment.Length > 1)
        {
            string id = Uri.UnescapeDataString(link.Fragment[1..]);
            bool isThere = await page.EvaluateAsync<bool>("id => document.getElementById(id) !== null", id);
            Note(!isThere, name, $"has no place #{id}");
        }
    }
}
