namespace KmsApp.Tests.Fuzzing;

/// <summary>An input broke a law of its target.</summary>
/// <param name="message">The law.</param>
internal sealed class BrokenLawException(string message) : Exception(message)
{
    /// <summary>States a law.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="law">The law, in words that are the same for every input.</param>
    public static void Unless(bool holds, string law)
    {
        if (!holds) throw new BrokenLawException(law);
    }
}
