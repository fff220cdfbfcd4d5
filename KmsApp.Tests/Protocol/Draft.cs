using System.Text;

namespace KmsApp.Tests.Protocol;

/// <summary>
/// A message as a list of tags, right or wrong, and who seals it: how the vectors are put together, without the code
/// under test.
/// </summary>
internal sealed record Draft(string Type, (string Tag, string Value)[] Tags, string? Signer = null, string? MacParties = null)
{
    public string Covered => "v=KMS1; t=" + Type + string.Concat(Tags.Select(pair => $"; {pair.Tag}={pair.Value}"));

    /// <summary>The whole text, rightly sealed over whatever the tags are.</summary>
    public string Text => Covered + SealOf(Covered);

    /// <summary>The seal's tag over a text.</summary>
    public string SealOf(string covered)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(covered);
        if (Signer is not null) return "; sig=" + Convert.ToBase64String(VectorKeys.Sign(Signer, bytes));
        if (MacParties is null) return "";
        string[] parties = MacParties.Split(' ');
        return "; mac=" + Convert.ToBase64String(VectorKeys.Mac(parties[0], parties[1], parties[2], parties[3], bytes));
    }

    public string this[string tag] => Tags.Single(pair => pair.Tag == tag).Value;

    public Draft With(string tag, string value) => this with { Tags = [.. Tags.Select(pair => pair.Tag == tag ? (tag, value) : pair)] };

    public Draft Without(params string[] tags) => this with { Tags = [.. Tags.Where(pair => !tags.Contains(pair.Tag))] };

    /// <summary>One more tag, before another one, or at the end.</summary>
    public Draft Adding(string tag, string value, string? before = null)
    {
        int place = before is null ? Tags.Length : Array.FindIndex(Tags, pair => pair.Tag == before);
        return this with { Tags = [.. Tags[..place], (tag, value), .. Tags[place..]] };
    }

    public Draft Swapping(int first)
    {
        (string, string)[] tags = [.. Tags];
        (tags[first], tags[first + 1]) = (tags[first + 1], tags[first]);
        return this with { Tags = tags };
    }

    /// <summary>The text with its covered part changed, and sealed over the change.</summary>
    public string Changed(Func<string, string> change) => change(Covered) + SealOf(change(Covered));
}
