using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>A real server's HTTP API, as far as an administrator's tasks here go. A refusal is a <see cref="RealServerException"/>.</summary>
internal sealed class RealServerApi(IPEndPoint web) : IDisposable
{
    internal const string User = "admin";
    internal const string Password = "admin";

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{web}/api/"), Timeout = TimeSpan.FromSeconds(90) };

    internal async Task LoginAsync()
    {
        JObject answer = await CallAsync("user/login", ("user", User), ("pass", Password));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)answer["token"]!);
    }

    internal Task CreateZoneAsync(string zone, string type = "Primary", params (string Name, string Value)[] more) =>
        CallAsync("zones/create", [("zone", zone), ("type", type), .. more]);

    internal Task SetZoneOptionsAsync(string zone, params (string Name, string Value)[] options) => CallAsync("zones/options/set", [("zone", zone), .. options]);

    internal Task SignZoneAsync(string zone) =>
        CallAsync("zones/dnssec/sign", ("zone", zone), ("algorithm", "ECDSA"), ("curve", "P256"), ("dnsKeyTtl", "3600"), ("zskRolloverDays", "0"), ("nxProof", "NSEC"));

    internal Task AddRecordAsync(string zone, string name, string type, params (string Name, string Value)[] data) =>
        CallAsync("zones/records/add", [("zone", zone), ("domain", name), ("type", type), ("ttl", "60"), .. data]);

    internal Task AddTxtAsync(string zone, string name, string text) => AddRecordAsync(zone, name, "TXT", ("text", text));

    internal Task SetSettingsAsync(params (string Name, string Value)[] settings) => CallAsync("settings/set", settings);

    /// <summary>Installs an app, or updates it.</summary>
    internal async Task PutAppAsync(string name, string zip, bool isUpdate = false)
    {
        using var content = new MultipartFormDataContent();
        using var file = new ByteArrayContent(await File.ReadAllBytesAsync(zip));
        content.Add(file, "file", Path.GetFileName(zip));
        await SendAsync($"apps/{(isUpdate ? "update" : "install")}?name={Uri.EscapeDataString(name)}", content);
    }

    internal Task UninstallAppAsync(string name) => CallAsync("apps/uninstall", ("name", name));

    internal Task ConfigureAppAsync(string name, string config) => CallAsync("apps/config/set", ("name", name), ("config", config));

    internal async Task<string?> AppConfigurationAsync(string name) => (string?)(await CallAsync("apps/config/get", ("name", name)))["config"];

    /// <summary>An installed app as the console lists it; null where it is not installed.</summary>
    internal async Task<JObject?> FindAppAsync(string name) =>
        (JObject?)((JArray)(await CallAsync("apps/list"))["apps"]!).SingleOrDefault(app => (string?)app["name"] == name);

    /// <summary>The rows of the app's journal about a name, the oldest first, as Logs, Query Logs shows them.</summary>
    internal async Task<JObject[]> JournalAsync(string name)
    {
        JObject page = await CallAsync(
            "logs/query", ("name", RealKms.AppName), ("classPath", "KmsApp.App"), ("pageNumber", "1"), ("entriesPerPage", "1000"), ("descendingOrder", "false"), ("qname", name));
        return [.. page["entries"]!.Cast<JObject>()];
    }

    internal async Task<JToken> StatisticsAsync() => (await CallAsync("dashboard/stats/get", ("type", "LastHour"), ("utc", "true")))["stats"]!;

    /// <summary>All of today's log.</summary>
    internal async Task<string> LogAsync()
    {
        JObject list = await CallAsync("logs/list");
        var text = new System.Text.StringBuilder();
        foreach (string file in list["logFiles"]!.Select(file => (string)file["fileName"]!).Order(StringComparer.Ordinal))
        {
            text.Append(await _http.GetStringAsync(new Uri($"logs/download?fileName={file}&limit=100", UriKind.Relative)));
        }

        return text.ToString();
    }

    /// <summary>Calls anything; the answer's "response", or the answer itself where it has none.</summary>
    internal async Task<JObject> CallAsync(string path, params (string Name, string Value)[] parameters)
    {
        using var content = new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
        return await SendAsync(path, content);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Calls anything with a body of its own.</summary>
    internal async Task<JObject> SendAsync(string path, HttpContent content)
    {
        using HttpResponseMessage response = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        string text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new RealServerException(string.Create(CultureInfo.InvariantCulture, $"{path}: HTTP {(int)response.StatusCode} {text}"));
        JObject answer = JObject.Parse(text);
        return (string?)answer["status"] == "ok" ? answer["response"] as JObject ?? answer : throw new RealServerException((string?)answer["errorMessage"] ?? text);
    }
}
