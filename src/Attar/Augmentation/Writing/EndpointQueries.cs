using System.Text;
using Attar.Data;
using Attar.Endpoints;
using Attar.Workspaces;

namespace Attar.Augmentation.Writing;

/// <summary>Queries written by a chat model for products of the catalogue. What it wrote is in the journal, so nothing is asked or paid twice, and the same answers give the same queries.</summary>
sealed class EndpointQueries(QueryEndpoint endpoint, IReadOnlyList<Product> catalogue, WritingPrompt prompt, QueryCleaner cleaner, StageContext context)
{
    const int Tries = 2; // of an answer that cannot be read: as a batch, then each product alone
    const int Barren = 3; // rounds without a query: there is nothing new to say

    readonly EndpointAccess access = endpoint.Access;

    /// <summary>Up to <paramref name="count"/> queries; fewer where the model has no more to say.</summary>
    /// <param name="order">Places of the products to write about.</param>
    /// <exception cref="InputException">It would cost more than the token budget.</exception>
    /// <exception cref="StageFailedException">The endpoint refuses, or answers nothing that can be read.</exception>
    public List<string> Write(int count, IEnumerable<int> order)
    {
        Uri address = ProtocolList.Find(new Uri(endpoint.Url), Protocol.Chat)!.Value.Address;
        using var client = new EndpointClient(access, address, context);
        using AnswerJournal<string[]> journal = AnswerJournal.OfTexts(context.Workspace.Answers, $"chat {address} {endpoint.Model} {endpoint.Extra?.ToJsonString()}".TrimEnd());
        using IEnumerator<int> products = order.GetEnumerator();
        Spending before = journal.Spent;
        var kept = new List<string>();
        try
        {
            for (int barren = 0; kept.Count < count && barren < Barren; barren++)
            {
                string[] documents = Next(products, (count - kept.Count + endpoint.PerProduct - 1) / endpoint.PerProduct);
                if (documents.Length == 0) break;
                Ask(documents, announce: kept.Count == 0 && barren == 0, client, journal);
                foreach (string text in documents.SelectMany(document => journal.Find(KeyOf(document))!).TakeWhile(_ => kept.Count < count))
                    if (cleaner.Keep(text) is { } query)
                    {
                        kept.Add(query);
                        barren = -1;
                    }
            }
        }
        finally
        {
            Spending after = journal.Spent;
            context.Progress.Note($"generate: spent in this run {(after - before).Describe(access.Price)}; in all {after.Describe(access.Price)}");
        }
        return kept;
    }

    string[] Next(IEnumerator<int> products, int most)
    {
        var documents = new List<string>();
        while (documents.Count < most && products.MoveNext()) documents.Add(ProductDocument.Of(catalogue[products.Current], endpoint.MaxCharacters));
        return [.. documents];
    }

    UInt128 KeyOf(string document) => AnswerJournal.KeyOf(prompt.Asked(document));

    void Ask(string[] documents, bool announce, EndpointClient client, AnswerJournal<string[]> journal)
    {
        int[] open = [.. Enumerable.Range(0, documents.Length).Where(i => journal.Find(KeyOf(documents[i])) is null).DistinctBy(i => documents[i])];
        if (announce)
        {
            int requests = (open.Length + access.Pace.Batch - 1) / access.Pace.Batch;
            long bytes = open.Sum(i => (long)Encoding.UTF8.GetByteCount(documents[i])) + (long)requests * Encoding.UTF8.GetByteCount(prompt.Asked(""));
            access.Announce(open.Length, new Spending(bytes / Wire.BytesOfToken, prompt.AnswerTokens(open.Length), requests), journal.Spent, context.Progress);
        }
        access.AskAll("write", open.Chunk(access.Pace.Batch), open.Length, () => journal.Spent, Batch, batch => $"no queries for {batch.Length} products", context);
        if (announce && documents.All(document => journal.Find(KeyOf(document))!.Length == 0))
            throw new StageFailedException($"generate: the model wrote nothing that can be read for any of {documents.Length} products; expected JSON such as {{\"queries\": [[\"red lamp\"]]}}; choose another model, or set writtenShare (--written-share) to 0, and delete {context.Workspace.Answers}");

        async Task Batch(int[] batch, CancellationToken stop)
        {
            string[] asked = [.. batch.Select(i => documents[i])];
            (string[][]? written, Spending spent) = await Lists(asked, client, stop);
            if (written is null && asked.Length > 1) // one odd product may spoil the answer for all
            {
                foreach (int i in batch) await Batch([i], stop);
                return;
            }
            journal.Add([.. asked.Select(KeyOf)], Answer.Share(written ?? [[]], spent));
        }
    }

    /// <summary>Null when the model answered, but nothing that can be read.</summary>
    async Task<(string[][]?, Spending)> Lists(string[] documents, EndpointClient client, CancellationToken stop)
    {
        int unreadable = 0;
        Spending spent = default;
        return await client.Post(prompt.Body(documents), Read, stop);

        (string[][]?, Spending) Read(Reply reply)
        {
            spent += reply.Spent;
            try
            {
                return (WritingPrompt.Read(reply.Message, documents.Length), spent);
            }
            catch (EndpointException) when (++unreadable >= Tries)
            {
                return (null, spent);
            }
        }
    }
}
