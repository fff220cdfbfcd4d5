using System.Globalization;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// Whole hierarchies of the real server and client, by seed. <c>KMS_SEED</c> runs that seed alone, <c>KMS_SEEDS</c> so many of
/// them; <c>dotnet run --project KmsApp.Tests -- --first SEED --seeds 1 --show</c> prints what happened in one.
/// </summary>
[TestClass]
public sealed class SimulationTests
{
    private const int SeedsInSuite = 300;
    private const int SeedsForMutant = 3_000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Hierarchy_UnderFaultsAndAttacks_KeepsItsPromises()
    {
        bool isOne = ulong.TryParse(Environment.GetEnvironmentVariable("KMS_SEED"), CultureInfo.InvariantCulture, out ulong first);
        bool isLong = int.TryParse(Environment.GetEnvironmentVariable("KMS_SEEDS"), CultureInfo.InvariantCulture, out int seeds);

        // The ordinary run is the same every time; a long one looks where nobody has looked yet.
        if (!isOne) first = isLong ? (ulong)Random.Shared.Next() : 1;
        (bool succeeded, IReadOnlyList<string> lines) = await SimulationProcess.RunAsync(
            new SimulationOptions(first, isOne ? 1 : isLong ? seeds : SeedsInSuite, isOne, false, []), TestContext.WriteLine, TestContext.CancellationToken);
        Assert.IsTrue(succeeded, $"The first seed was {first}.\n{string.Join('\n', lines.Where(line => line.Contains("FAILED", StringComparison.Ordinal)))}");
        Assert.IsTrue(lines.Any(line => line.Contains("failed", StringComparison.Ordinal)), "Nothing was run.");
    }

    [TestMethod]
    public async Task Seed_RunAgainInOtherProcesses_GivesTheSameEvents()
    {
        SimulationOptions options = new(1, 40, false, ShowsDigests: true, []);
        string[] first = Digests(await SimulationProcess.RunAsync(options, cancellation: TestContext.CancellationToken));
        string[] second = Digests(await SimulationProcess.RunAsync(options, cancellation: TestContext.CancellationToken));
        Assert.HasCount(40, first);
        CollectionAssert.AreEqual(first, second);
        Assert.HasCount(40, first.Select(line => line[line.LastIndexOf(' ')..]).Distinct(), "Two seeds give the same run.");

        static string[] Digests((bool, IReadOnlyList<string> Lines) ended) => [.. ended.Lines.Where(line => line.Contains("digest", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    [TestMethod]
    public async Task PlantedFault_OfEachRule_IsFound()
    {
        SimulationOptions options = new(1, SeedsForMutant, false, false, [.. Enumerable.Range(0, Mutants.All.Count)]);
        (bool succeeded, IReadOnlyList<string> lines) = await SimulationProcess.RunAsync(options, TestContext.WriteLine, TestContext.CancellationToken);
        Assert.IsTrue(succeeded, string.Join('\n', lines.Where(line => line.Contains("NOT FOUND", StringComparison.Ordinal))));
        Assert.HasCount(Mutants.All.Count, lines.Where(line => line.StartsWith("mutant", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Mutant_OfAMethodThatIsGone_SaysSo()
    {
        Mutant gone = new("a rule", "Kms.Protocol.Spec", "NoSuchMethod", Mutant.True), ofOtherType = new("a rule", "Kms.Protocol.Digest", "Of", Mutant.True);
        Assert.Throws<InvalidOperationException>(() => gone.Find(typeof(Spec).Assembly));
        Assert.Throws<InvalidOperationException>(() => ofOtherType.Body(ofOtherType.Find(typeof(Spec).Assembly)));
    }
}
