using System.Globalization;
using Kms.Cli;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms rotate</c> against Debian's named, step by step, each repeated, and each cut short by a kill.</summary>
[TestClass]
public sealed class RotateCommandTests : IDisposable
{
    private static RealBind _bind = null!;
    private static int _hosts;

    private readonly SkippingTime _time = new();
    private readonly CommandFolder _kms;
    private readonly string _name = $"host-{Interlocked.Increment(ref _hosts)}.{RealBind.Zone}";

    public RotateCommandTests() => _kms = new CommandFolder { Time = _time };

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _bind = await RealBind.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_bind is not null) await _bind.DisposeAsync();
    }

    public void Dispose() => _kms.Dispose();

    [TestMethod]
    public async Task Rotate_AtATime_ChangesTheKeyThereAndRemovesTheOldRecordLater()
    {
        PublicKey old = await EnrollAsync();
        DateTimeOffset at = await BeginAsync();
        PublicKey next = _kms.Key("identity.next.pem");
        string[] both = [Text(old, $"; exp={at.ToUnixTimeSeconds()}"), Text(next, $"; nbf={at.ToUnixTimeSeconds()}")];
        await StandAsync(both);
        Assert.AreEqual(old, _kms.Key());
        Assert.AreEqual("published", await StageAsync());

        Assert.AreEqual("published", await RunAsync());
        Assert.AreEqual(old, _kms.Key());

        _time.Advance(TimeSpan.FromSeconds(121));
        Assert.AreEqual("switched", await RunAsync());
        Assert.AreEqual(next, _kms.Key());
        Assert.IsFalse(File.Exists(_kms.FileOf("identity.next.pem")));
        await StandAsync(both);
        Assert.AreEqual("switched", await RunAsync());

        LetSkewPass();
        Assert.AreEqual("none", await RunAsync());
        await StandAsync(both[1]);
        CollectionAssert.AreEquivalent(new[] { "identity.pem", "kms.json", "rotation.lock", "settings.lock" }, Directory.GetFiles(_kms.Folder).Select(Path.GetFileName).ToArray());
        Assert.AreEqual("none", await RunAsync());
    }

    [TestMethod]
    public async Task Rotate_AtATimeWithoutTheZonesKey_BeginsNothing()
    {
        await EnrollAsync();
        string[] before = Directory.GetFiles(_kms.Folder);

        (ExitCode code, _, string error) = await _kms.RunAsync("rotate", "--server", $"{_bind.Address}", "--at", "2099-12-01T03:00Z");

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains("--tsig FILE", error);
        CollectionAssert.AreEquivalent((string[])[.. before, _kms.FileOf("rotation.lock")], Directory.GetFiles(_kms.Folder));
        await _kms.MustAsync(["enroll", .. Rotate()[1..]]);
    }

    [TestMethod]
    public async Task Rotate_Twice_TheSecondTakesTheFirstOnesPlace()
    {
        await EnrollAsync();
        for (int i = 0; i < 2; i++)
        {
            await BeginAsync();
            _time.Advance(TimeSpan.FromSeconds(121));
            Assert.AreEqual("switched", await RunAsync());
            LetSkewPass();
            Assert.AreEqual("none", await RunAsync());
        }
        string text = (await TextsAsync()).Single();
        Assert.Contains($"key={_kms.Key()}; nbf=", text);
    }

    [TestMethod]
    public async Task Rotate_KilledAfterTheNextKeyWasMade_UsesIt()
    {
        await EnrollAsync();
        PublicKey left = MakeNextKey();

        await BeginAsync();

        Assert.AreEqual(left, _kms.Key("identity.next.pem"));
        Assert.AreEqual("published", await StageAsync());
    }

    [TestMethod]
    public async Task Rotate_KilledBeforeItWasPublished_PublishesItForALaterTimeThanThePlannedOne()
    {
        PublicKey old = await EnrollAsync();
        PublicKey next = MakeNextKey();
        WritePlan(Now - 60, old, next, isPublished: false);

        JObject after = JObject.Parse(await _kms.MustAsync([.. Rotate(), "--status", "--json"]));
        Assert.AreEqual("planned", (string?)after["stage"]);
        long before = Now;
        Assert.AreEqual("switched", await RunAsync());

        string[] texts = await TextsAsync();
        long at = long.Parse(texts.Single(text => text.Contains("nbf=", StringComparison.Ordinal)).Split("nbf=")[1], CultureInfo.InvariantCulture);
        Assert.IsTrue(at >= before + 10, "The KMS has no time to read it.");
        Assert.Contains(Text(old, $"; exp={at}"), texts);
        Assert.AreEqual(next, _kms.Key());
    }

    [TestMethod]
    public async Task Rotate_Now_IsOneCommandButForTheOldRecord()
    {
        PublicKey old = await EnrollAsync();

        (ExitCode code, string output, string error) = await _kms.RunAsync([.. Rotate(), "--at", "now"]);

        Assert.AreEqual(ExitCode.Found, code, error);
        Assert.Contains("is in use", output);
        Assert.Contains("may keep it", error);
        Assert.AreNotEqual(old, _kms.Key());
        Assert.HasCount(2, await TextsAsync());
    }

    [TestMethod]
    public async Task Rotate_Wait_StaysUntilAllIsDone()
    {
        await EnrollAsync();
        await BeginAsync();
        _time.Advance(TimeSpan.FromSeconds(121));
        await RunAsync();
        MoveBack(seconds: 200);
        Assert.AreEqual("switched", await RunAsync());

        string output = await _kms.MustAsync([.. Rotate(), "--wait"]);

        Assert.Contains("the old record is gone", output);
        Assert.HasCount(1, await TextsAsync());
    }

    [TestMethod]
    public async Task Rotate_KilledAfterItWasPublished_GoesOnWithTheSameTime()
    {
        PublicKey old = await EnrollAsync();
        DateTimeOffset at = await BeginAsync();
        PublicKey next = _kms.Key("identity.next.pem");
        string[] before = await TextsAsync();
        WritePlan(at.ToUnixTimeSeconds(), old, next, isPublished: false);

        Assert.AreEqual("published", await RunAsync());

        CollectionAssert.AreEqual(before, await TextsAsync());
    }

    [TestMethod]
    public async Task Rotate_KilledAfterTheOldRecordWasRemoved_Finishes()
    {
        PublicKey old = await EnrollAsync();
        await BeginAsync();
        PublicKey next = _kms.Key("identity.next.pem");
        _time.Advance(TimeSpan.FromSeconds(121));
        Assert.AreEqual("switched", await RunAsync());
        LetSkewPass();
        await RunAsync();
        string[] before = await TextsAsync();
        WritePlan(Now - 301, old, next, isPublished: true);

        Assert.AreEqual("none", await RunAsync());

        CollectionAssert.AreEqual(before, await TextsAsync());
        Assert.IsFalse(File.Exists(_kms.FileOf("rotation.json")));
    }

    [TestMethod]
    public async Task Rotate_BeginAgain_GoesOnAndRefusesAnotherTime()
    {
        await EnrollAsync();
        DateTimeOffset at = await BeginAsync();
        PublicKey next = _kms.Key("identity.next.pem");

        await _kms.MustAsync([.. Rotate(), "--at", $"{at:O}"]);
        (ExitCode code, _, string error) = await _kms.RunAsync([.. Rotate(), "--at", $"{at.AddHours(1):O}"]);

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains("A change is under way", error);
        Assert.AreEqual(next, _kms.Key("identity.next.pem"));
    }

    [TestMethod]
    public async Task Rotate_Cancel_TheOldRecordStandsAgain()
    {
        PublicKey old = await EnrollAsync();
        await BeginAsync();

        string output = await _kms.MustAsync([.. Rotate(), "--cancel"]);

        Assert.Contains("taken back", output);
        await StandAsync(Text(old));
        Assert.AreEqual(old, _kms.Key());
        Assert.IsFalse(File.Exists(_kms.FileOf("identity.next.pem")));
        Assert.AreEqual("none", await StageAsync());
    }

    [TestMethod]
    public async Task Rotate_CancelAfterTheChange_IsRefused()
    {
        await EnrollAsync();
        await BeginAsync();
        _time.Advance(TimeSpan.FromSeconds(121));
        await RunAsync();

        (ExitCode code, _, string error) = await _kms.RunAsync([.. Rotate(), "--cancel"]);

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains("in use already", error);
    }

    [TestMethod]
    public async Task Rotate_APresentKeyThatIsNotPublished_IsRefusedAndTakenBack()
    {
        await _kms.MustAsync("init", _name);
        PublicKey old = _kms.Key();

        (ExitCode code, _, string error) = await _kms.RunAsync([.. Rotate(), "--at", $"{DateTimeOffset.UtcNow.AddHours(2):O}"]);
        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains("'kms enroll' first", error);

        await _kms.MustAsync([.. Rotate(), "--cancel"]);
        Assert.AreEqual(old, _kms.Key());
        Assert.IsEmpty(await TextsAsync());
    }

    [TestMethod]
    public async Task Rotate_TheNewRecordHasGone_KeepsTheOldKey()
    {
        PublicKey old = await EnrollAsync();
        await BeginAsync();
        string script = $"server {_bind.Address.Address} {_bind.Address.Port}\nupdate delete _kms.{_name}. TXT\nsend\n";
        Assert.AreEqual(0, (await Tool.RunAsync("nsupdate", ["-k", _bind.KeyFile(RealBind.NameOf(default))], script)).Code);
        _time.Advance(TimeSpan.FromSeconds(121));

        (ExitCode code, _, string error) = await _kms.RunAsync(Rotate());

        Assert.AreEqual(ExitCode.Failed, code);
        Assert.Contains("the old key stays in use", error);
        Assert.AreEqual(old, _kms.Key());
    }

    [TestMethod]
    public async Task Rotate_TheKmsHasNotReadTheRecord_KeepsTheOldKey()
    {
        await using RealBind lagging = await RealBind.StartAsync();
        await _kms.MustAsync("init", _name, "--kms", $"kms1.b.a.xx={TestParties.NewKey()}", "--server", $"{lagging.Address}");
        await _kms.MustAsync(["enroll", .. Rotate()[1..]]);
        PublicKey old = _kms.Key();
        await BeginAsync();
        _time.Advance(TimeSpan.FromSeconds(121));

        (ExitCode code, _, string error) = await _kms.RunAsync(Rotate());

        Assert.AreEqual(ExitCode.Failed, code);
        Assert.Contains("kms1.b.a.xx", error);
        Assert.AreEqual(old, _kms.Key());
    }

    [TestMethod]
    public async Task Enroll_DuringAChange_IsRefused()
    {
        await EnrollAsync();
        await BeginAsync();

        (ExitCode code, _, string error) = await _kms.RunAsync(["enroll", .. Rotate()[1..]]);

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains("is under way", error);
    }

    [TestMethod]
    public async Task Rotate_ADamagedPlan_SaysSo()
    {
        await EnrollAsync();
        _kms.Write("rotation.json", "{ \"at\": 1 }");

        (ExitCode code, _, string error) = await _kms.RunAsync(Rotate());

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains("is damaged", error);
    }

    [TestMethod]
    public async Task Rotate_AnotherIsAtWork_IsRefused()
    {
        await EnrollAsync();
        using FileStream other = new(_kms.FileOf("rotation.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        (ExitCode code, _, string error) = await _kms.RunAsync(Rotate());

        Assert.AreEqual(ExitCode.Failed, code);
        Assert.Contains("Another 'kms rotate'", error);
    }

    [TestMethod]
    [DataRow("tomorrow", "is no time")]
    [DataRow("2020-01-01T00:00Z", "is over")]
    public async Task Rotate_AWrongTime_BeginsNothing(string at, string says)
    {
        await EnrollAsync();

        (ExitCode code, _, string error) = await _kms.RunAsync([.. Rotate(), "--at", at]);

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains(says, error);
        Assert.IsFalse(File.Exists(_kms.FileOf("identity.next.pem")));
    }

    private static string[] Rotate() => ["rotate", "--server", $"{_bind.Address}", "--tsig", _bind.KeyFile(RealBind.NameOf(default))];

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private async Task<PublicKey> EnrollAsync()
    {
        await _kms.MustAsync("init", _name);
        await _kms.MustAsync(["enroll", .. Rotate()[1..]]);
        return _kms.Key();
    }

    /// <summary>Begins a change in two minutes: named takes signatures of a clock that is up to five ahead.</summary>
    private async Task<DateTimeOffset> BeginAsync()
    {
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(Now + 120);
        await _kms.MustAsync([.. Rotate(), "--at", $"{at:O}"]);
        return at;
    }

    private async Task<string> RunAsync() => (string)JObject.Parse(await _kms.MustAsync([.. Rotate(), "--json"]))["stage"]!;

    private async Task<string> StageAsync() => (string)JObject.Parse(await _kms.MustAsync([.. Rotate(), "--json", "--status"]))["stage"]!;

    /// <summary>Lets the time come for the old record to go, without moving the clock further than named allows.</summary>
    private void LetSkewPass() => MoveBack(seconds: 301);

    /// <summary>Makes the planned time so much earlier.</summary>
    private void MoveBack(int seconds)
    {
        JObject plan = JObject.Parse(File.ReadAllText(_kms.FileOf("rotation.json")));
        WritePlan((long)plan["at"]! - seconds, PublicKey.Parse((string)plan["oldKey"]!), PublicKey.Parse((string)plan["newKey"]!), (bool)plan["published"]!);
    }

    private void WritePlan(long at, PublicKey old, PublicKey next, bool isPublished) =>
        RotationFile.In(new HostFolder(_kms.Folder)).Write(new RotationPlan(DateTimeOffset.FromUnixTimeSeconds(at), old, next, isPublished));

    private PublicKey MakeNextKey()
    {
        PrivateKeyFile.Make(_kms.FileOf("identity.next.pem"));
        return _kms.Key("identity.next.pem");
    }

    private string Text(PublicKey key, string times = "") => $"v=KMS1; t=key; name={_name}; key={key}{times}";

    private async Task StandAsync(params string[] texts) => CollectionAssert.AreEquivalent(texts, await TextsAsync());

    private Task<string[]> TextsAsync() => PlainZone.TextsAsync(_bind.Address, $"_kms.{_name}");
}
