using System.Globalization;

namespace KmsApp.Tests.Fuzzing;

/// <summary>
/// Everything that reads bytes from outside, under changed and broken inputs, guided by the branches that they take. A short run by default;
/// KMS_FUZZ=1000000 tries so many on each target, KMS_SEED repeats a run, KMS_FUZZ_TARGETS picks some.
/// </summary>
[TestClass]
[TestCategory("Fuzzing")]
public sealed class FuzzingTests
{
    private static readonly Lazy<InstrumentedAssemblies> Instrumented = new();

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Targets =>
        (Environment.GetEnvironmentVariable("KMS_FUZZ_TARGETS")?.Split(',') ?? FuzzTargets.All.Select(target => target.Name)).Select(target => new object[] { target });

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void Target_UnderChangedInputs_KeepsItsLaws(string target)
    {
        // The short run is the same every time; a long one looks where nobody has looked yet.
        long? many = Number("KMS_FUZZ");
        int seed = (int?)Number("KMS_SEED") ?? (many is null ? 1 : Environment.TickCount);
        long inputs = many ?? FuzzTargets.Find(target).ShortRun;

        string report = Instrumented.Value.Run(target, inputs, seed);

        TestContext.WriteLine(report);
        Assert.Contains("pairs of branches", report);
        Assert.DoesNotContain(" 0 pairs of branches", report, "nothing is instrumented");
    }

    /// <summary>Without the counters, and so with the lines of the sources where it fails.</summary>
    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void Target_OnItsCorpus_KeepsItsLaws(string target)
    {
        FuzzTarget tried = FuzzTargets.Find(target);
        HashSet<string> outcomes = [];
        foreach (byte[] input in FuzzCorpus.Of(tried)) outcomes.Add(tried.Try(input));
        Assert.AreEqual("", string.Join(", ", tried.Expected.Except(outcomes)), "left to luck");
    }

    private static long? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
