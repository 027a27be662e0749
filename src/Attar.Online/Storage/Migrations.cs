namespace Attar.Online.Storage;

/// <summary>How the tables came to be, step by step, in SQL that SQLite and PostgreSQL both speak. A step that was released never changes; a change is a step more.</summary>
static class Migrations
{
    /// <summary>Times are Unix milliseconds.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        """
        create table setting (name text primary key, value text not null);
        create table experiment (name text primary key, definition text not null, begun bigint not null, traffic double precision, stopped bigint);
        create table halt (experiment text not null, arm text not null, reason text not null, at bigint not null, primary key (experiment, arm));
        create table query (
          id text primary key, received bigint not null, client text, text text not null, hits text not null,
          experiment text, arm text, seed bigint, teams text, ms double precision);
        create index query_of_experiment on query (experiment, received);
        create index query_of_client on query (client);
        create index query_by_time on query (received);
        create table event (
          id text primary key, received bigint not null, at bigint not null, action text not null, query text, client text, object text, ordinal integer);
        create index event_of_query on event (query);
        create index event_of_client on event (client);
        create index event_by_time on event (received);
        """,
        """
        create table judging (name text primary key, definition text not null, made bigint not null);
        create table judging_item (judging text not null, place integer not null, content text not null, primary key (judging, place));
        create table judging_answer (
          judging text not null, place integer not null, rater text not null, again integer not null, answer integer not null, at bigint not null,
          primary key (judging, place, rater, again));
        """,
    ];
}
