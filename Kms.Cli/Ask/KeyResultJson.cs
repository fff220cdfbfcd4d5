using System.Text.Json;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// A result for programs (<c>--json</c>), on one line. The shape is stable: members may be added, and none changes or goes.
/// <list type="bullet">
/// <item><c>outcome</c>: <c>found</c>, <c>absent</c>, <c>refused</c>, <c>failed</c>, <c>no-anchor</c> or <c>misasked</c>; <c>exitCode</c>; <c>summary</c>, for people;</item>
/// <item><c>name</c>, <c>use</c>;</item>
/// <item>found: the members of <see cref="KeyJson"/>, and <c>notKept</c> where the own table could not keep it;</item>
/// <item>refused: <c>check</c> and <c>checkName</c>; failed: <c>failure</c>; a KMS's refusal: <c>reason</c> and <c>from</c>;</item>
/// <item>explained (<c>kms explain</c>): <c>trace</c>, an array of <c>step</c>, <c>time</c>, <c>text</c>, <c>message</c>; <c>advice</c>, an array of texts.</item>
/// </list>
/// </summary>
internal static class KeyResultJson
{
    /// <summary>Writes a result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="advice">What to do about it, with the trace; null leaves both away.</param>
    public static string Of(KeyResult result, IReadOnlyList<string>? advice = null) => JsonLine.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("outcome", OutcomeOf(result));
        json.WriteNumber("exitCode", (int)KeyResultCode.Of(result));
        json.WriteString("summary", result.Summary);
        switch (result)
        {
            case KeyFound found:
                KeyJson.WriteMembers(json, found.Entry, found.Source);
                if (found.NotKept is { } trouble) json.WriteString("notKept", trouble);
                break;
            default:
                json.WriteString("name", result.Name.Value);
                json.WriteString("use", result.Use.Value);
                WriteFailure(json, result);
                break;
        }
        if (advice is not null) WriteTrace(json, result, advice);
        json.WriteEndObject();
    });

    /// <summary>The word for a result.</summary>
    public static string OutcomeOf(KeyResult result) => result switch
    {
        KeyFound => "found",
        KeyAbsent => "absent",
        KeyRefused => "refused",
        KeyWithoutAnchor => "no-anchor",
        KeyMisasked => "misasked",
        _ => "failed",
    };

    private static void WriteFailure(Utf8JsonWriter json, KeyResult result)
    {
        switch (result)
        {
            case KeyRefused refused:
                json.WriteNumber("check", (int)refused.Check);
                json.WriteString("checkName", refused.Check.ToString());
                break;
            case KeyFailed failed:
                json.WriteString("failure", failed.Kind.ToString());
                WriteUnsolved(json, failed.Unsolved);
                break;
            case KeyAbsent absent:
                WriteUnsolved(json, absent.Unsolved);
                break;
        }
    }

    private static void WriteUnsolved(Utf8JsonWriter json, Unsolved? unsolved)
    {
        if (unsolved is null) return;
        json.WriteString("reason", ReasonText.Of(unsolved.Reason));
        json.WriteString("from", unsolved.From.Value);
        json.WriteString("path", unsolved.Path.ToString());
    }

    private static void WriteTrace(Utf8JsonWriter json, KeyResult result, IReadOnlyList<string> advice)
    {
        json.WriteStartArray("trace");
        foreach (TraceStep step in result.Trace)
        {
            json.WriteStartObject();
            json.WriteNumber("step", (int)step.Step);
            json.WriteString("time", step.Time.UtcDateTime);
            json.WriteString("text", step.Text);
            if (step.Message is { } message) json.WriteString("message", message.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("advice");
        foreach (string line in advice) json.WriteStringValue(line);
        json.WriteEndArray();
    }
}
