using System.Text;

namespace KmsApp.Tests.Fuzzing;

/// <summary>That a run finds what is there to be found, and tells it so that it can be repeated.</summary>
[TestClass]
[TestCategory("Fuzzing")]
public sealed class FuzzRunTests
{
    private const int Inputs = 20_000;

    [TestMethod]
    [DataRow("an exception", "InvalidOperationException", "hex: 21")]
    [DataRow("a law", "BrokenLawException: no mark", "hex: 21")]
    [DataRow("memory", "allocates more than its bound", "hex: 21")]
    public void Start_OnAPlantedFault_FindsAndShrinksIt(string fault, string told, string input)
    {
        AssertFailedException e = Assert.ThrowsExactly<AssertFailedException>(() => FuzzRun.Start(new PlantedTarget(fault), Inputs, 1));

        Assert.Contains(told, e.Message);
        Assert.Contains(input + Environment.NewLine, e.Message);
        Assert.Contains("KMS_SEED=1,", e.Message);
    }

    [TestMethod]
    public void Start_WithTheSameSeed_TriesTheSameInputs()
    {
        PlantedTarget first = new("nothing"), second = new("nothing"), other = new("nothing");
        FuzzRun.Start(first, 1_000, 5);
        FuzzRun.Start(second, 1_000, 5);
        FuzzRun.Start(other, 1_000, 6);

        Assert.AreEqual(first.Sum, second.Sum);
        Assert.AreNotEqual(first.Sum, other.Sum);
    }

    [TestMethod]
    public void Start_WhereAnExpectedOutcomeNeverCame_SaysSo() =>
        Assert.Contains("Never came: never", Assert.ThrowsExactly<AssertFailedException>(() => FuzzRun.Start(new PlantedTarget("nothing", "never"), 100, 1)).Message);

    /// <summary>Has a fault where an input has an exclamation mark.</summary>
    private sealed class PlantedTarget(string fault, params string[] expected) : FuzzTarget
    {
        /// <summary>Depends on every input, in order.</summary>
        public int Sum { get; private set; }

        public override string Name => "planted";

        public override IEnumerable<byte[]> Seeds => [Encoding.ASCII.GetBytes("some text")];

        public override IReadOnlyList<string> Expected => expected;

        public override string Try(byte[] input)
        {
            HashCode sum = default;
            sum.Add(Sum);
            sum.AddBytes(input);
            Sum = sum.ToHashCode();
            if (!input.Contains((byte)'!')) return "good";
            switch (fault)
            {
                case "an exception":
                    throw new InvalidOperationException(fault);
                case "a law":
                    throw new BrokenLawException("no mark");
                case "memory":
                    GC.KeepAlive(new byte[1024 * 1024]);
                    break;
            }
            return "marked";
        }
    }
}
