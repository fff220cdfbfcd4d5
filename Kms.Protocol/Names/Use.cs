using System.Text;

namespace Kms.Protocol;

/// <summary>
/// What a key is for: <c>[a-z0-9-]{1,32}</c>, such as <c>ssh</c>. The default is <see cref="Identity"/>, the key that
/// authenticates the host and its messages; its tag is absent in every message (docs/PROTOCOL.md section 4).
/// </summary>
public readonly struct Use : IEquatable<Use>
{
    private const string IdentityText = "identity";

    private readonly string? _value;

    private Use(string value) => _value = value;

    /// <summary>The use of the key that authenticates a host.</summary>
    public static Use Identity => default;

    /// <summary>Whether this is <see cref="Identity"/>.</summary>
    public bool IsIdentity => _value is null;

    /// <summary>The use's text, <c>identity</c> for <see cref="Identity"/>.</summary>
    public string Value => _value ?? IdentityText;

    /// <summary>Reads the value of a <c>use</c> tag. <c>identity</c> has one spelling, the absent tag, so it is refused here.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Use use)
    {
        use = default;
        if (text.Length is 0 or > Spec.MaximumUseLength || text.SequenceEqual("identity"u8)) return false;
        foreach (byte c in text)
        {
            if (!char.IsAsciiLetterLower((char)c) && !char.IsAsciiDigit((char)c) && c != '-') return false;
        }
        use = new Use(Encoding.ASCII.GetString(text));
        return true;
    }

    /// <summary>Reads a use as a person writes it, <c>identity</c> included.</summary>
    /// <exception cref="FormatException">The text is no use.</exception>
    public static Use Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == IdentityText) return Identity;
        return Ascii.IsValid(text) && TryParse(Encoding.ASCII.GetBytes(text), out Use use)
            ? use
            : throw new FormatException($"'{text}' is no use: write 1 to 32 of a-z, 0-9 and '-', such as 'ssh'.");
    }

    /// <inheritdoc/>
    public bool Equals(Use other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Use other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Whether two uses are the same.</summary>
    public static bool operator ==(Use left, Use right) => left.Equals(right);

    /// <summary>Whether two uses differ.</summary>
    public static bool operator !=(Use left, Use right) => !left.Equals(right);
}
