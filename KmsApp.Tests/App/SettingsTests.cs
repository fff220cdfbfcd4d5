using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests;

/// <summary>dnsApp.config as data: files in Configurations/, the last line of each says what is expected.</summary>
[TestClass]
public sealed class SettingsTests
{
    private const string Mark = "// expect: ";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "App", "Configurations");

    public static IEnumerable<object[]> Wrong => Files.Where(name => !name.StartsWith("good-", StringComparison.Ordinal)).Select(name => new object[] { name });

    public static IEnumerable<object[]> Good => Files.Where(name => name.StartsWith("good-", StringComparison.Ordinal)).Select(name => new object[] { name });

    private static IEnumerable<string> Files => Directory.GetFiles(Folder, "*.jsonc").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!;

    [TestMethod]
    public void Files_OfBothKinds_AreThere()
    {
        Assert.IsGreaterThan(60, Wrong.Count());
        Assert.IsGreaterThan(4, Good.Count());
    }

    [TestMethod]
    [DynamicData(nameof(Wrong))]
    public async Task InitializeAsync_Mistake_IsNamedAndTheConfigurationInForceGoesOn(string name)
    {
        (string config, string expected) = Load(name);
        using RunningApp app = new();
        await app.StartAsync("""
            , "appPreference": 9
            """);

        SettingsException fault = await Assert.ThrowsExactlyAsync<SettingsException>(() => app.App.InitializeAsync(app.Server, config));

        Assert.AreEqual(expected, fault.Message);
        Assert.AreEqual(9, ((App)app.App).Preference);
        Assert.IsTrue(await app.ServesAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Good))]
    public void Read_GoodConfiguration_IsTaken(string name)
    {
        (string config, string expected) = Load(name);

        AppSettings settings = Reader().Read(config);

        Assert.AreEqual("good", expected);
        Assert.AreEqual(config.Contains("\"enableKms\": true", StringComparison.Ordinal), settings.Kms is not null);
    }

    [TestMethod]
    public void Read_Everything_IsAsWritten()
    {
        KmsSettings kms = Reader("DNS1.b.a.xx").Read(Load("good-everything").Config).Kms!;

        Assert.AreEqual(IPEndPoint.Parse("[2001:db8::1]:5353"), kms.Address);
        Assert.AreEqual(AuthenticationMode.Mac, kms.Upper!.Mode);
        Assert.AreEqual(Spec.DnsPort, kms.Upper.Addresses.Single().Port);
        CollectionAssert.AreEqual(
            new[] { IPEndPoint.Parse("192.0.2.2:53"), IPEndPoint.Parse("[2001:db8::2]:53"), IPEndPoint.Parse("[2001:db8::3]:5353") },
            kms.Lower.Single().Addresses.ToArray());
        Assert.AreEqual("c.b.a.xx", kms.Lower[0].Domain.ToString());
        Assert.HasCount(3, kms.Hosts);
        Assert.AreEqual("ssh", kms.Hosts[1].Use.Value);
        CollectionAssert.AreEqual(
            new[] { "192.0.2.0/24 53", "192.0.2.0/24 5353", "2001:db8::/32 53", "2001:db8::/32 5353", "192.0.2.7/32 53", "2001:db8::7/128 5353" },
            kms.DeliverTo.Select(target => $"{target.Network} {target.Port}").ToArray());
        Assert.AreEqual(TimeSpan.FromDays(1), kms.AttestationLifetime);
        Assert.AreEqual(TimeSpan.FromSeconds(6), kms.AnswerTimeout);
        Assert.AreEqual(new Rate(1, 2), kms.Limits.ChecksForHost);
        Assert.AreEqual(new Limits().ChecksForNeighbour, kms.Limits.ChecksForNeighbour);
    }

    [TestMethod]
    public void Read_AddressOfOtherServersOnly_IsTheDefault() =>
        Assert.IsNull(Reader("dns3.b.a.xx").Read(Load("good-everything").Config).Kms!.Address);

    [TestMethod]
    public void Read_NoConfiguration_EnablesNothing() =>
        Assert.AreEqual(new AppSettings(AppSettings.DefaultPreference, null), Reader().Read(null));

    [TestMethod]
    public void Read_EachLimit_HasAKeyOfItsName()
    {
        Limits defaults = new();
        foreach (System.Reflection.PropertyInfo limit in typeof(Limits).GetProperties().Where(p => p.CanWrite))
        {
            string key = char.ToLowerInvariant(limit.Name[0]) + limit.Name[1..];
            (string text, object value) = limit.PropertyType == typeof(int) ? ("7", 7)
                : limit.PropertyType == typeof(TimeSpan) ? ("\"00:00:07\"", TimeSpan.FromSeconds(7))
                : ("{ \"perSecond\": 7, \"burst\": 8 }", (object)new Rate(7, 8));

            Limits read = Reader().Read($$"""{ "enableKms": true, "name": "k.xx", "domain": "xx", "limits": { "{{key}}": {{text}} } }""").Kms!.Limits;

            Assert.AreEqual(value, limit.GetValue(read), key);
            Assert.AreNotEqual(limit.GetValue(defaults), limit.GetValue(read), key);
        }
    }

    private static SettingsReader Reader(string serverDomain = "dns1.b.a.xx") => new(new KeyImporter(null), serverDomain);

    private static (string Config, string Expected) Load(string name)
    {
        string text = File.ReadAllText(Path.Combine(Folder, name + ".jsonc"));
        int mark = text.LastIndexOf(Mark, StringComparison.Ordinal);
        return (text[..mark], text[(mark + Mark.Length)..].TrimEnd('\n'));
    }
}
