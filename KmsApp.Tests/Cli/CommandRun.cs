namespace KmsApp.Tests.Cli;

/// <summary>What a run of <c>kms</c> came to.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Output">The result.</param>
/// <param name="Error">What was said to people.</param>
internal sealed record CommandRun(int Code, string Output, string Error);
